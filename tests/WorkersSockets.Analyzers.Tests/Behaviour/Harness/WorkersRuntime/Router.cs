namespace Workers;

public sealed class RouteContext
{
    private readonly IReadOnlyDictionary<string, string> parameters;

    internal RouteContext(Env env, Context context, IReadOnlyDictionary<string, string> parameters)
    {
        Env = env;
        Context = context;
        this.parameters = parameters;
    }

    public Env Env { get; }

    public Context Context { get; }

    public string Parameter(string name) => parameters[name];
}

public sealed class Router
{
    private readonly List<(string? Method, string Pattern, Func<Request, RouteContext, Task<Response>> Handler)> routes = [];
    private Func<Request, RouteContext, Task<Response>> fallback = static (_, _) => Task.FromResult(Response.Text("Not Found", 404));

    public Router()
    {
    }

    public Router Get(string pattern, Func<Request, RouteContext, Response> handler) => Add("GET", pattern, Async(handler));

    public Router Get(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("GET", pattern, handler);

    public Router Post(string pattern, Func<Request, RouteContext, Response> handler) => Add("POST", pattern, Async(handler));

    public Router Post(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("POST", pattern, handler);

    public Router Put(string pattern, Func<Request, RouteContext, Response> handler) => Add("PUT", pattern, Async(handler));

    public Router Put(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("PUT", pattern, handler);

    public Router Patch(string pattern, Func<Request, RouteContext, Response> handler) => Add("PATCH", pattern, Async(handler));

    public Router Patch(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("PATCH", pattern, handler);

    public Router Delete(string pattern, Func<Request, RouteContext, Response> handler) => Add("DELETE", pattern, Async(handler));

    public Router Delete(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("DELETE", pattern, handler);

    public Router Options(string pattern, Func<Request, RouteContext, Response> handler) => Add("OPTIONS", pattern, Async(handler));

    public Router Options(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add("OPTIONS", pattern, handler);

    public Router Any(string pattern, Func<Request, RouteContext, Response> handler) => Add(null, pattern, Async(handler));

    public Router Any(string pattern, Func<Request, RouteContext, Task<Response>> handler) => Add(null, pattern, handler);

    public Router Fallback(Func<Request, RouteContext, Response> handler) => Fallback(Async(handler));

    public Router Fallback(Func<Request, RouteContext, Task<Response>> handler)
    {
        fallback = handler;
        return this;
    }

    public Task<Response> HandleAsync(Request request, Env env, Context context)
    {
        foreach (var (method, pattern, handler) in routes)
        {
            if ((method is null || method == request.Method) && Match(pattern, request.Path) is { } parameters)
            {
                return handler(request, new RouteContext(env, context, parameters));
            }
        }

        return fallback(request, new RouteContext(env, context, new Dictionary<string, string>()));
    }

    private static Func<Request, RouteContext, Task<Response>> Async(Func<Request, RouteContext, Response> handler) =>
        (request, context) => Task.FromResult(handler(request, context));

    /// <summary>A segment ":name" or "{name}" takes any segment.</summary>
    private static Dictionary<string, string>? Match(string pattern, string path)
    {
        var wanted = pattern.Trim('/').Split('/');
        var given = path.Trim('/').Split('/');
        if (wanted.Length != given.Length)
        {
            return null;
        }

        var parameters = new Dictionary<string, string>();
        foreach (var (want, have) in wanted.Zip(given))
        {
            if (want.StartsWith(':') || (want.StartsWith('{') && want.EndsWith('}')))
            {
                parameters[want.Trim(':', '{', '}')] = Uri.UnescapeDataString(have);
            }
            else if (want != have)
            {
                return null;
            }
        }

        return parameters;
    }

    private Router Add(string? method, string pattern, Func<Request, RouteContext, Task<Response>> handler)
    {
        routes.Add((method, pattern, handler));
        return this;
    }
}
