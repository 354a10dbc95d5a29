using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>
/// Models by documentation id, with the names that let a look-up refuse most symbols before it makes their id. Immutable, so that
/// the built-in one serves every compilation of the process.
/// </summary>
internal sealed class ModelIndex
{
    public static readonly ModelIndex Empty = new(ImmutableArray<ApiModel>.Empty);

    private readonly Dictionary<string, ImmutableArray<ApiModel>> models;
    private readonly HashSet<string> typeNames = new();
    private readonly HashSet<string> memberNames = new();
    private readonly HashSet<string> ownerNames = new();

    public ModelIndex(IEnumerable<ApiModel> lines)
    {
        models = lines.GroupBy(line => line.Id).ToDictionary(group => group.Key, group => group.ToImmutableArray());
        var socketTypeNames = ImmutableArray.CreateBuilder<string>();
        foreach (var pair in models)
        {
            var (type, member) = Split(pair.Key);
            if (member is null)
            {
                typeNames.Add(type);
            }
            else
            {
                ownerNames.Add(type);
                memberNames.Add(member);
            }

            if (pair.Value.Any(model => model.Role is ModelRole.Socket or ModelRole.Listener or ModelRole.Connect or ModelRole.Accept or ModelRole.MailClient))
            {
                socketTypeNames.Add(type);
            }
        }

        SocketTypeNames = socketTypeNames.Distinct().OrderBy(name => name, StringComparer.Ordinal).ToImmutableArray();
        SocketTypeIds = models.Values.SelectMany(group => group).Where(model => model.Role == ModelRole.Socket).Select(model => model.Id.Substring(2)).ToImmutableArray();
    }

    public bool IsEmpty => models.Count == 0;

    /// <summary>Simple names of the types that are sockets, or that open or accept one.</summary>
    public ImmutableArray<string> SocketTypeNames { get; }

    /// <summary>Metadata names of the socket types.</summary>
    public ImmutableArray<string> SocketTypeIds { get; }

    /// <summary>Whether a model may be about a type of this name.</summary>
    public bool NamesType(string name) => typeNames.Contains(name);

    /// <summary>Whether a model may be about a member of this name.</summary>
    public bool NamesMember(string name) => memberNames.Contains(name);

    /// <summary>Whether a model may be about a member of a type of this name.</summary>
    public bool NamesOwner(string name) => ownerNames.Contains(name);

    public bool TryFind(string id, out ImmutableArray<ApiModel> found) => models.TryGetValue(id, out found);

    /// <summary>"M:System.Net.Sockets.TcpClient.Connect(…)" → "TcpClient" and "Connect", as the symbols call themselves.</summary>
    private static (string Type, string? Member) Split(string id)
    {
        var end = id.IndexOf('(');
        var path = end < 0 ? id.Substring(2) : id.Substring(2, end - 2);
        if (id[0] == 'T')
        {
            return (LastName(path), null);
        }

        var dot = path.LastIndexOf('.');
        var member = WithoutArity(path.Substring(dot + 1));
        var name = member switch
        {
            "#ctor" => ".ctor",
            "Item" when id[0] == 'P' && end >= 0 => "this[]",
            _ => member,
        };
        return (LastName(path.Substring(0, Math.Max(dot, 0))), name);
    }

    private static string LastName(string path) => WithoutArity(path.Substring(path.LastIndexOf('.') + 1));

    private static string WithoutArity(string name)
    {
        var arity = name.IndexOf('`');
        return arity < 0 ? name : name.Substring(0, arity);
    }
}
