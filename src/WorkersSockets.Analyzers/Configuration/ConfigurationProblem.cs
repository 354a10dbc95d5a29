using Microsoft.CodeAnalysis;

namespace WorkersSockets.Analyzers.Configuration;

/// <summary>Something in a configuration file that cannot be read: where, and what was expected there.</summary>
internal sealed record ConfigurationProblem(Location Location, string Message);
