using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace WorkersSockets.Analyzers.Catalog;

/// <summary>A place in a model file that cannot be read, and what was expected there.</summary>
internal sealed record ModelError(TextSpan Span, string Message);

/// <summary>What a model file says. Lines with an error are left out of <see cref="Models"/>.</summary>
internal sealed record ModelFile(ImmutableArray<ApiModel> Models, ImmutableArray<ModelError> Errors)
{
    /// <summary>Where the ids of <see cref="Models"/> stand, one a model.</summary>
    public ImmutableArray<TextSpan> IdSpans { get; init; } = ImmutableArray<TextSpan>.Empty;

    /// <summary>Ids of types that no reference assembly of the tests has, from the part of the file marked <c>@unchecked</c>.</summary>
    public ImmutableHashSet<string> UncheckedIds { get; init; } = ImmutableHashSet<string>.Empty;
}

/// <summary>
/// Reads model lines: <c>&lt;documentation-comment-id&gt; &lt;role&gt; key=value flag …</c>. Blank lines and all from a word that
/// starts with <c>#</c> are skipped. <c>@surface workers</c> sets the surface of the lines below it; <c>@unchecked reason</c> starts
/// a part of the file whose ids the tests can't resolve.
/// </summary>
internal static class ModelReader
{
    private delegate ApiModel SetPosition(ApiModel model, int position);

    private delegate ApiModel SetFlag(ApiModel model, bool value);

    private static readonly ImmutableDictionary<string, ModelRole> Roles = Names<ModelRole>();
    private static readonly ImmutableDictionary<string, Surface> Surfaces = ImmutableDictionary<string, Surface>.Empty
        .Add("dotnet", Surface.DotNet)
        .Add("workers", Surface.Workers);

    private static readonly ImmutableDictionary<string, SocketKind> Kinds = Names<SocketKind>();
    private static readonly ImmutableDictionary<string, ModelResult> Results = Names<ModelResult>();
    private static readonly ImmutableDictionary<string, HandlerScope> Scopes = Names<HandlerScope>();

    private static readonly ImmutableDictionary<string, SetPosition> Positions = new Dictionary<string, SetPosition>
    {
        ["host"] = static (model, position) => model with { Host = position },
        ["port"] = static (model, position) => model with { Port = position },
        ["address"] = static (model, position) => model with { Address = position },
        ["endpoint"] = static (model, position) => model with { Endpoint = position },
        ["options"] = static (model, position) => model with { Options = position },
        ["token"] = static (model, position) => model with { Token = position },
        ["timeout"] = static (model, position) => model with { Timeout = position },
        ["args"] = static (model, position) => model with { Args = position },
        ["buffer"] = static (model, position) => model with { Buffer = position },
        ["offset"] = static (model, position) => model with { Offset = position },
        ["count"] = static (model, position) => model with { Count = position },
        ["text"] = static (model, position) => model with { Text = position },
        ["inner"] = static (model, position) => model with { Inner = position },
        ["leave-open"] = static (model, position) => model with { LeaveOpen = position },
        ["owns"] = static (model, position) => model with { Owns = position },
        ["encoding"] = static (model, position) => model with { Encoding = position },
        ["callback"] = static (model, position) => model with { Callback = position },
        ["async-result"] = static (model, position) => model with { AsyncResult = position },
        ["how"] = static (model, position) => model with { How = position },
        ["value"] = static (model, position) => model with { Value = position },
        ["delegate"] = static (model, position) => model with { Delegate = position },
        ["task"] = static (model, position) => model with { Task = position },
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, SetFlag> Flags = new Dictionary<string, SetFlag>
    {
        ["closes"] = static (model, value) => model with { Closes = value },
        ["exact"] = static (model, value) => model with { Exact = value },
        ["at-least"] = static (model, value) => model with { AtLeast = value },
        ["begin"] = static (model, value) => model with { Begin = value },
        ["datagram"] = static (model, value) => model with { Datagram = value },
        ["stateful"] = static (model, value) => model with { Stateful = value },
        ["line"] = static (model, value) => model with { Line = value },
    }.ToImmutableDictionary();

    private static readonly ImmutableArray<string> WordKeys = ImmutableArray.Create("surface", "kind", "returns", "scope");

    public static ModelFile Read(SourceText text, CancellationToken cancellationToken = default)
    {
        var models = ImmutableArray.CreateBuilder<ApiModel>();
        var idSpans = ImmutableArray.CreateBuilder<TextSpan>();
        var errors = ImmutableArray.CreateBuilder<ModelError>();
        var uncheckedIds = ImmutableHashSet.CreateBuilder<string>();
        var surface = Surface.DotNet;
        var isUnchecked = false;
        foreach (var line in text.Lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var words = Words(text, line);
            if (words.IsEmpty)
            {
                continue;
            }

            switch (words[0].Text)
            {
                case "@surface":
                    if (words.Length == 2 && Surfaces.TryGetValue(words[1].Text, out var found))
                    {
                        surface = found;
                    }
                    else
                    {
                        errors.Add(new ModelError(words[words.Length == 1 ? 0 : 1].Span, $"expected a surface after '@surface': {OneOf(Surfaces.Keys)}"));
                    }

                    break;
                case "@unchecked":
                    isUnchecked = true;
                    break;
                case var directive when directive[0] == '@':
                    errors.Add(new ModelError(words[0].Span, $"'{directive}' is no directive: expected '@surface' or '@unchecked'"));
                    break;
                default:
                    if (ReadLine(words, surface, errors) is { } model)
                    {
                        models.Add(model);
                        idSpans.Add(words[0].Span);
                        if (isUnchecked)
                        {
                            uncheckedIds.Add(model.Id);
                        }
                    }

                    break;
            }
        }

        return new ModelFile(models.ToImmutable(), errors.ToImmutable())
        {
            IdSpans = idSpans.ToImmutable(),
            UncheckedIds = uncheckedIds.ToImmutable(),
        };
    }

    private static ApiModel? ReadLine(ImmutableArray<Word> words, Surface surface, ImmutableArray<ModelError>.Builder errors)
    {
        var before = errors.Count;
        var id = words[0];
        if (!IsDocumentationId(id.Text))
        {
            errors.Add(new ModelError(
                id.Span, $"'{id.Text}' is no documentation-comment id: expected one such as 'T:Contoso.Connection' or 'M:Contoso.Connection.Open(System.String)'"));
            return null;
        }

        if (words.Length == 1)
        {
            errors.Add(new ModelError(new TextSpan(id.Span.End, 0), $"expected a role after the id: {OneOf(Roles.Keys)}"));
            return null;
        }

        var role = words[1];
        if (!Roles.TryGetValue(role.Text, out var modelRole))
        {
            errors.Add(new ModelError(role.Span, $"'{role.Text}' is no role: expected {OneOf(Roles.Keys)}"));
            return null;
        }

        if (!ExpectedKinds(modelRole).Contains(id.Text[0]))
        {
            errors.Add(new ModelError(id.Span, $"role '{role.Text}' needs {KindNames(ExpectedKinds(modelRole))}"));
        }

        var model = new ApiModel(id.Text, modelRole) { Surface = surface };
        var parameters = ParameterCount(id.Text);
        var seen = new HashSet<string>();
        foreach (var word in words.Skip(2))
        {
            var equals = word.Text.IndexOf('=');
            var key = equals < 0 ? word.Text : word.Text.Substring(0, equals);
            var keySpan = new TextSpan(word.Span.Start, key.Length);
            var value = equals < 0 ? null : word.Text.Substring(equals + 1);
            var valueSpan = equals < 0 ? new TextSpan(word.Span.End, 0) : TextSpan.FromBounds(keySpan.End + 1, word.Span.End);
            if (!seen.Add(key))
            {
                errors.Add(new ModelError(keySpan, $"'{key}' is given twice"));
            }
            else if (Positions.TryGetValue(key, out var setPosition))
            {
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                {
                    errors.Add(new ModelError(valueSpan, $"expected the zero-based position of a parameter, as in '{key}=0'"));
                }
                else if (position >= parameters)
                {
                    errors.Add(new ModelError(valueSpan, $"position {position} is out of range: the id has {Counted(parameters)}"));
                }
                else
                {
                    model = setPosition(model, position);
                }
            }
            else if (Flags.TryGetValue(key, out var setFlag))
            {
                if (value is null or "true" or "false")
                {
                    model = setFlag(model, value != "false");
                }
                else
                {
                    errors.Add(new ModelError(valueSpan, $"expected '{key}', '{key}=true' or '{key}=false'"));
                }
            }
            else
            {
                var expected = SetWord(key, value, ref model);
                if (expected is not null)
                {
                    errors.Add(new ModelError(WordKeys.Contains(key) ? valueSpan : keySpan, expected));
                }
            }
        }

        return errors.Count == before ? model : null;
    }

    /// <summary>Sets a key whose value is a word. Returns what was expected where key or value is unknown.</summary>
    private static string? SetWord(string key, string? value, ref ApiModel model)
    {
        value ??= "";
        switch (key)
        {
            case "surface" when Surfaces.TryGetValue(value, out var surface):
                model = model with { Surface = surface };
                return null;
            case "kind" when Kinds.TryGetValue(value, out var kind):
                model = model with { Kind = kind };
                return null;
            case "returns" when Results.TryGetValue(value, out var result):
                model = model with { Returns = result };
                return null;
            case "scope" when Scopes.TryGetValue(value, out var scope):
                model = model with { Scope = scope };
                return null;
            case "surface":
                return $"expected {OneOf(Surfaces.Keys)}";
            case "kind":
                return $"expected {OneOf(Kinds.Keys)}";
            case "returns":
                return $"expected {OneOf(Results.Keys)}";
            case "scope":
                return $"expected {OneOf(Scopes.Keys)}";
            default:
                return $"'{key}' is no key: expected {OneOf(Positions.Keys.Concat(Flags.Keys).Concat(WordKeys))}";
        }
    }

    /// <summary>The letters of the kinds of symbol that a role can be of.</summary>
    private static string ExpectedKinds(ModelRole role) => role switch
    {
        ModelRole.Socket or ModelRole.Wrapper or ModelRole.Listener or ModelRole.Pool => "T",
        ModelRole.View or ModelRole.Status => "MPF",
        ModelRole.Handler => "TM",
        ModelRole.Create or ModelRole.Connect or ModelRole.EndConnect or ModelRole.Bind or ModelRole.Accept or ModelRole.Opened or ModelRole.Read
            or ModelRole.Write or ModelRole.Decode or ModelRole.Parse or ModelRole.Encode or ModelRole.Close or ModelRole.HalfClose
            or ModelRole.Wrap or ModelRole.Upgrade or ModelRole.HostCheck or ModelRole.WaitUntil or ModelRole.MailClient
            or ModelRole.TakesOwnership => "M",
        _ => "TMPF",
    };

    private static string KindNames(string kinds) => string.Join(" or ", kinds.Select(kind => kind switch
    {
        'T' => "a type (T:)",
        'M' => "a method or constructor (M:)",
        'P' => "a property (P:)",
        _ => "a field (F:)",
    }));

    private static bool IsDocumentationId(string word)
    {
        if (word.Length < 3 || word[1] != ':' || "TMPF".IndexOf(word[0]) < 0 || !(char.IsLetter(word[2]) || word[2] == '_'))
        {
            return false;
        }

        var open = word.IndexOf('(');
        var name = open < 0 ? word : word.Substring(0, open);
        var hasMember = name.IndexOf('.') > 0 && !name.EndsWith(".", StringComparison.Ordinal);
        var parenthesesMatch = open < 0 ? word.IndexOf(')') < 0 : word.IndexOf(')', open) > 0 && word.Count(c => c == '(') == word.Count(c => c == ')');
        return word[0] == 'T' ? open < 0 && parenthesesMatch && !name.EndsWith(".", StringComparison.Ordinal) : hasMember && parenthesesMatch;
    }

    /// <summary>The number of parameters in an id: commas outside of type arguments and array bounds.</summary>
    private static int ParameterCount(string id)
    {
        var open = id.IndexOf('(');
        if (open < 0 || id[open + 1] == ')')
        {
            return 0;
        }

        var count = 1;
        var depth = 0;
        for (var i = open + 1; i < id.Length; i++)
        {
            depth += id[i] is '{' or '[' or '(' ? 1 : id[i] is '}' or ']' or ')' ? -1 : 0;
            count += id[i] == ',' && depth == 0 ? 1 : 0;
        }

        return count;
    }

    private static ImmutableArray<Word> Words(SourceText text, TextLine line)
    {
        var words = ImmutableArray.CreateBuilder<Word>();
        for (var start = line.Start; start < line.End;)
        {
            if (char.IsWhiteSpace(text[start]) || text[start] == '\uFEFF')
            {
                start++;
                continue;
            }

            if (text[start] == '#')
            {
                break;
            }

            var end = start;
            while (end < line.End && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            var span = TextSpan.FromBounds(start, end);
            words.Add(new Word(text.ToString(span), span));
            start = end;
        }

        return words.ToImmutable();
    }

    /// <summary>The names that a model line uses for the values of an enum: "AsyncResult" is "async-result".</summary>
    private static ImmutableDictionary<string, T> Names<T>()
        where T : struct, Enum =>
        Enum.GetValues(typeof(T)).Cast<T>().ToImmutableDictionary(value => Hyphenated(value.ToString()));

    private static string Hyphenated(string name)
    {
        var result = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && result.Length > 0)
            {
                result.Append('-');
            }

            result.Append(char.ToLowerInvariant(letter));
        }

        return result.ToString();
    }

    private static string OneOf(IEnumerable<string> names) =>
        string.Join(", ", names.Where(name => name != "none").OrderBy(name => name, StringComparer.Ordinal));

    private static string Counted(int parameters) => parameters == 1 ? "1 parameter" : $"{parameters} parameters";

    private readonly record struct Word(string Text, TextSpan Span);
}
