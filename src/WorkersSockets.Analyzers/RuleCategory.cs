namespace WorkersSockets.Analyzers;

/// <summary>Diagnostic categories: the first digit of a rule's id, and the folder that its files stand in.</summary>
internal static class RuleCategory
{
    public const string Configuration = "Configuration";
    public const string Lifetime = "Lifetime";
    public const string Connections = "Connections";
    public const string Data = "Data";
    public const string Security = "Security";
    public const string Platform = "Platform";
}
