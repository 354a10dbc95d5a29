using System.Collections;
using System.Text;
using System.Text.Json;

namespace Workers;

public enum RedirectMode
{
    Follow,
    Error,
    Manual,
}

public sealed class FetchOptions
{
    public string? Method { get; init; }

    public Headers? Headers { get; init; }

    public Body? Body { get; init; }

    public object? Cf { get; init; }

    public RedirectMode? Redirect { get; init; }
}

public sealed class Request
{
    private readonly string url;
    private readonly FetchOptions? options;

    public Request(string url, FetchOptions? options = null)
    {
        this.url = url;
        this.options = options;
        Url = new Url(url);
        Headers = options?.Headers?.Clone() ?? new Headers();
        Body = options?.Body ?? Body.Empty;
    }

    public Request(Request request, FetchOptions? options = null)
        : this(request.url, options ?? request.options)
    {
    }

    public Url Url { get; }

    public string Method => options?.Method ?? "GET";

    public string Path => Url.Path;

    public string PathAndQuery => Url.Path + Url.Query;

    public Headers Headers { get; }

    public Body Body { get; }

    public RedirectMode Redirect => options?.Redirect ?? RedirectMode.Follow;

    public CancellationToken CancellationToken => CancellationToken.None;

    public QueryParameters QueryParameters => Url.QueryParameters;

    public bool BodyUsed { get; private set; }

    public ReadableStream? BodyStream() => Body.IsEmpty ? null : Body.AsStream();

    public async Task<string> TextAsync(CancellationToken cancellationToken = default) => Encoding.UTF8.GetString(await BytesAsync(cancellationToken));

    public async Task<byte[]> BytesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BodyUsed = true;
        return (await Body.AsStream().ReadAllBytesAsync(CancellationToken.None)).ToArray();
    }

    public async Task<T?> JsonAsync<T>(CancellationToken cancellationToken = default) =>
        JsonSerializer.Deserialize<T>(await TextAsync(cancellationToken), JsonSerializerOptions.Web);

    public Request Clone() => new(this);

    public Request WithUrl(string url) => new(url, options);

    public Request WithUrl(Url url) => new(url.ToString(), options);
}

public sealed class Url
{
    private readonly UriBuilder builder;

    public Url(string value)
    {
        builder = new UriBuilder(new Uri(value));
        QueryParameters = new QueryParameters(builder.Query);
    }

    public Url(string value, string baseUrl)
        : this(new Uri(new Uri(baseUrl), value).AbsoluteUri)
    {
    }

    public string Origin => builder.Uri.GetLeftPart(UriPartial.Authority);

    public string Protocol => builder.Scheme + ":";

    public string Host => Port.Length == 0 ? Hostname : $"{Hostname}:{Port}";

    public string Hostname => builder.Host;

    public string Port => builder.Uri.IsDefaultPort ? "" : builder.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string Username => builder.UserName;

    public string Password => builder.Password;

    public string Path { get => builder.Path; set => builder.Path = value; }

    public string Query { get => QueryParameters.ToText(); set => QueryParameters.Replace(value); }

    public string Fragment { get => builder.Fragment; set => builder.Fragment = value; }

    public QueryParameters QueryParameters { get; }

    public override string ToString() => Origin + Path + Query + Fragment;
}

public sealed record QueryParameter(string Name, string Value);

public sealed class QueryParameters : IEnumerable<QueryParameter>
{
    private readonly List<QueryParameter> all = [];

    internal QueryParameters(string query) => Replace(query);

    public string? Get(string name) => all.Find(parameter => parameter.Name == name)?.Value;

    public IReadOnlyList<string> GetAll(string name) => [.. all.Where(parameter => parameter.Name == name).Select(parameter => parameter.Value)];

    public bool Contains(string name) => all.Exists(parameter => parameter.Name == name);

    public void Set(string name, string value)
    {
        Delete(name);
        all.Add(new QueryParameter(name, value));
    }

    public void Delete(string name) => all.RemoveAll(parameter => parameter.Name == name);

    public void Sort() => all.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));

    public IEnumerable<string> Names() => all.Select(parameter => parameter.Name);

    public T As<T>() => JsonSerializer.Deserialize<T>(
        JsonSerializer.Serialize(all.GroupBy(parameter => parameter.Name).ToDictionary(group => group.Key, group => group.First().Value)),
        new JsonSerializerOptions(JsonSerializerOptions.Web) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString })!;

    public IEnumerator<QueryParameter> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Replace(string query)
    {
        all.Clear();
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            all.Add(new QueryParameter(Decode(pair[0]), pair.Length == 2 ? Decode(pair[1]) : ""));
        }

        static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }

    internal string ToText() => all.Count == 0 ? "" : "?" + string.Join('&', all.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));
}

public sealed class Headers : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> all = [];

    public int Count => all.Count;

    public string? Get(string name)
    {
        var values = all.Where(pair => Same(pair.Key, name)).Select(pair => pair.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }

    public IReadOnlyList<string> GetSetCookie() => [.. all.Where(pair => Same(pair.Key, "set-cookie")).Select(pair => pair.Value)];

    public bool Contains(string name) => all.Exists(pair => Same(pair.Key, name));

    public Headers Set(string name, string value)
    {
        Delete(name);
        return Append(name, value);
    }

    public Headers Append(string name, string value)
    {
        all.Add(new(name.ToLowerInvariant(), value));
        return this;
    }

    public void Delete(string name) => all.RemoveAll(pair => Same(pair.Key, name));

    public Headers Clone()
    {
        var copy = new Headers();
        copy.all.AddRange(all);
        return copy;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}

public sealed class Body
{
    private readonly byte[]? bytes;
    private readonly ReadableStream? stream;

    private Body(byte[]? bytes, ReadableStream? stream)
    {
        this.bytes = bytes;
        this.stream = stream;
    }

    public static Body Empty { get; } = new([], null);

    public bool IsEmpty => bytes is { Length: 0 };

    public static Body Text(string value) => new(Encoding.UTF8.GetBytes(value), null);

    public static Body Json<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), null);

    public static Body FromBytes(ReadOnlySpan<byte> value) => new(value.ToArray(), null);

    public static Body FromStream(ReadableStream value) => new(null, value);

    public static Body FromQueryParameters(QueryParameters value) => Text(value.ToText().TrimStart('?'));

    internal ReadableStream AsStream()
    {
        return stream ?? new ReadableStream(One(bytes!));

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(byte[] all)
        {
            await Task.CompletedTask;
            yield return all;
        }
    }
}

public sealed class Response
{
    private ReadOnlyMemory<byte> sent;

    private Response(Body body, int status, string? statusText, Headers? headers = null)
    {
        Body = body;
        Status = status;
        StatusText = statusText ?? "";
        Headers = headers ?? new Headers();
    }

    public int Status { get; }

    public bool IsSuccessStatusCode => Status is >= 200 and < 300;

    public string StatusText { get; }

    public Headers Headers { get; }

    public Body Body { get; }

    public bool BodyUsed { get; private set; }

    internal string BodyText => Encoding.UTF8.GetString(sent.Span);

    public static Response Empty(int status = 200, string? statusText = null) => new(Body.Empty, status, statusText);

    public static Response Text(string body, int status = 200, string? statusText = null) => Of(Body.Text(body), "text/plain; charset=utf-8", status, statusText);

    public static Response Html(string body, int status = 200, string? statusText = null) => Of(Body.Text(body), "text/html; charset=utf-8", status, statusText);

    public static Response Json<T>(T body, int status = 200, object? options = null, string? statusText = null) => Of(Body.Json(body), "application/json", status, statusText);

    public static Response Redirect(string location, int status = 302, string? statusText = null) => new(Body.Empty, status, statusText, new Headers().Set("location", location));

    public static Response FromBody(Body body, int status = 200, string? statusText = null) => new(body, status, statusText);

    public static Response FromStream(ReadableStream stream, int status = 200, string? statusText = null) => new(Body.FromStream(stream), status, statusText);

    public static Response FromStream(ReadableStream stream, Headers headers, int status = 200) => new(Body.FromStream(stream), status, null, headers);

    public ReadableStream? BodyStream() => Body.IsEmpty ? null : Body.AsStream();

    public Response WithHeader(string name, string value) => With(Headers.Clone().Set(name, value));

    public Response AppendHeader(string name, string value) => With(Headers.Clone().Append(name, value));

    public Response WithoutHeader(string name)
    {
        var headers = Headers.Clone();
        headers.Delete(name);
        return With(headers);
    }

    public Response Clone() => With(Headers.Clone());

    public async Task<string> TextAsync(CancellationToken cancellationToken = default) => Encoding.UTF8.GetString((await BytesAsync(cancellationToken)).Span);

    public Task<ReadOnlyMemory<byte>> BytesAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (BodyUsed)
        {
            throw new WorkersException("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
        }

        BodyUsed = true;
        return Body.AsStream().ReadAllBytesAsync(CancellationToken.None);
    }

    public async Task<T?> JsonAsync<T>(CancellationToken cancellationToken = default) => JsonSerializer.Deserialize<T>(await TextAsync(cancellationToken), JsonSerializerOptions.Web);

    /// <summary>What the runtime does with the answer that a handler returns: the body goes out while the request still lives.</summary>
    internal async Task SendAsync() => sent = await BytesAsync(CancellationToken.None);

    private static Response Of(Body body, string type, int status, string? statusText) => new(body, status, statusText, new Headers().Set("content-type", type));

    private Response With(Headers headers) => new(Body, Status, StatusText, headers);
}
