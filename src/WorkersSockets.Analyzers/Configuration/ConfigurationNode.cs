using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>What a node of a configuration file is.</summary>
internal enum ConfigurationKind
{
    Table,
    List,
    Text,
    Number,
    Boolean,
    Null,

    /// <summary>A date, a time or both: TOML only.</summary>
    Date,
}

/// <summary>A node of a JSON or TOML file with its place in the text. Tables and lists fill while the reader goes on.</summary>
internal sealed class ConfigurationNode(ConfigurationKind kind, TextSpan span)
{
    private readonly List<ConfigurationMember> members = [];
    private readonly List<ConfigurationNode> items = [];

    public ConfigurationKind Kind { get; } = kind;

    /// <summary>Where the value stands; for a TOML table with a header, where the header's name stands.</summary>
    public TextSpan Span { get; set; } = span;

    /// <summary>The content of a text, or a scalar as it is written.</summary>
    public string Text { get; init; } = "";

    /// <summary>The members of a table in the order of the file.</summary>
    public IReadOnlyList<ConfigurationMember> Members => members;

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<ConfigurationNode> Items => items;

    /// <summary>The value of a member of a table (the last one of that name), or null.</summary>
    public ConfigurationNode? Get(string name)
    {
        for (var index = members.Count - 1; index >= 0; index--)
        {
            if (members[index].Name == name)
            {
                return members[index].Value;
            }
        }

        return null;
    }

    /// <summary>The text of a member that is a text, or null.</summary>
    public string? GetText(string name) => Get(name) is { Kind: ConfigurationKind.Text } node ? node.Text : null;

    /// <summary>The value of a member that is a boolean, or null.</summary>
    public bool? GetBoolean(string name) => Get(name) is { Kind: ConfigurationKind.Boolean } node ? node.Text == "true" : null;

    internal void Add(string name, TextSpan nameSpan, ConfigurationNode value) => members.Add(new ConfigurationMember(name, nameSpan, value));

    internal void Add(ConfigurationNode item) => items.Add(item);
}

/// <summary>A name in a table and its value.</summary>
internal sealed record ConfigurationMember(string Name, TextSpan NameSpan, ConfigurationNode Value);

/// <summary>A configuration file that was read. After an error the root holds what stands before it.</summary>
internal sealed record ConfigurationDocument(ConfigurationNode Root, ConfigurationError? Error);

/// <summary>Why a file cannot be read on, and where.</summary>
internal sealed record ConfigurationError(TextSpan Span, string Message);
