using System.Collections.Immutable;
using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using WorkersSockets.Analyzers.Catalog;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Flow;
using WorkersSockets.Analyzers.Flow.Constants;
using WorkersSockets.Analyzers.Flow.Reads;
using WorkersSockets.Analyzers.Flow.Summaries;

namespace WorkersSockets.Analyzers;

/// <summary>The services that all rules share for one compilation. Built once, read by many threads.</summary>
internal sealed class SocketCompilation(Compilation compilation, SocketCatalog catalog, ProjectConfiguration configuration, IReadOnlyDictionary<SyntaxTree, FileFacts> files)
{
    private Handlers? handlers;
    private ConnectingMethods? connecting;
    private FailingConnects? failing;
    private MethodSummaries? summaries;
    private CallGraph? calls;
    private SocketMethods? methods;
    private ReadWrappers? readWrappers;
    private CallSites? callSites;
    private SourceGate? gate;
    private FieldOwnership? fieldOwnership;
    private SharedState? sharedState;
    private BackEnds? backEnds;
    private RegisteredServices? services;
    private HostGuards? hostGuards;

    /// <summary>The services for one question outside of the analyzer (an editor's, a suppressor's); null where nothing has to do with sockets.</summary>
    public static SocketCompilation? Create(Compilation compilation, AnalyzerOptions options, CancellationToken cancellationToken)
    {
        var models = UserModels.Read(options.AdditionalFiles, cancellationToken, compilation);
        return BuiltInModels.CreateCatalog(compilation, models) is { } catalog
            && new FileScanner().Scan(compilation, catalog, _ => null, cancellationToken) is { } files
                ? new SocketCompilation(compilation, catalog, ProjectConfiguration.Read(options, models.Problems, cancellationToken), files)
                : null;
    }

    public Compilation Compilation { get; } = compilation;

    /// <summary>The files that a scan found worth a look.</summary>
    public IReadOnlyDictionary<SyntaxTree, FileFacts> Files { get; } = files;
    public SocketCatalog Catalog { get; } = catalog;

    /// <summary>The semantic models of all source files.</summary>
    public SourceModels Sources => Constants.Sources;

    /// <summary>Finds the constants of hosts and ports.</summary>
    public ConstantEvaluator Constants { get; } = new(new SourceModels(compilation));

    /// <summary>Whether the compilation references a test framework.</summary>
    public bool IsTestProject { get; } = TestCode.IsTestProject(compilation);

    /// <summary>Of each type that was asked for whether it is a test: a type has many bodies.</summary>
    public ConcurrentDictionary<INamedTypeSymbol, bool> TestTypes { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>How many connections each function in source opens at once.</summary>
    public ConnectingMethods Connecting => LazyInitializer.EnsureInitialized(ref connecting, () => new ConnectingMethods(this))!;

    /// <summary>Where the failure of a connection leaves a function.</summary>
    public FailingConnects Failing => LazyInitializer.EnsureInitialized(ref failing, () => new FailingConnects(this))!;

    /// <summary>Which functions are handlers.</summary>
    public Handlers Handlers => LazyInitializer.EnsureInitialized(ref handlers, () => new Handlers(Compilation, Catalog, Sources))!;

    /// <summary>What the methods in source do with sockets.</summary>
    public MethodSummaries Summaries => LazyInitializer.EnsureInitialized(ref summaries, () => new MethodSummaries(this))!;

    /// <summary>Which methods in source call each other in a circle.</summary>
    public CallGraph Calls => LazyInitializer.EnsureInitialized(ref calls, () => new CallGraph(this))!;

    /// <summary>Which methods in source have to do with sockets.</summary>
    public SocketMethods Methods => LazyInitializer.EnsureInitialized(ref methods, () => new SocketMethods(this))!;

    /// <summary>Where methods and constructors are called in files that name sockets.</summary>
    public CallSites CallSites => LazyInitializer.EnsureInitialized(ref callSites, () => new CallSites(this))!;

    /// <summary>Which methods in source read once and hand on how much.</summary>
    public ReadWrappers ReadWrappers => LazyInitializer.EnsureInitialized(ref readWrappers, () => new ReadWrappers(this))!;

    /// <summary>Which fields' sockets are taken care of.</summary>
    public FieldOwnership FieldOwnership => LazyInitializer.EnsureInitialized(ref fieldOwnership, () => new FieldOwnership(this))!;

    /// <summary>Which state outlives the request that puts a socket into it.</summary>
    public SharedState SharedState => LazyInitializer.EnsureInitialized(ref sharedState, () => new SharedState(this))!;

    /// <summary>The back end that the project talks to.</summary>
    public BackEnds BackEnds => LazyInitializer.EnsureInitialized(ref backEnds, () => new BackEnds(this))!;

    /// <summary>Which types the container knows.</summary>
    public RegisteredServices Services => LazyInitializer.EnsureInitialized(ref services, () => new RegisteredServices(this))!;

    /// <summary>Which handlers stand behind a filter or middleware that checks hosts.</summary>
    public HostGuards HostGuards => LazyInitializer.EnsureInitialized(ref hostGuards, () => new HostGuards(this))!;

    /// <summary>Which files can have to do with sockets.</summary>
    public SourceGate Gate => LazyInitializer.EnsureInitialized(ref gate, () => new SourceGate(Compilation, Files))!;

    /// <summary>The wrangler files and options.</summary>
    public ProjectConfiguration Configuration { get; } = configuration;

    /// <summary>The wrangler file among the additional files that is nearest to the project, or null.</summary>
    public WranglerFile? Wrangler => Configuration.Wrangler;

    /// <summary>Whether a host is the Worker's own name: by the wrangler file's routes or by option.</summary>
    /// <param name="port">The port that is connected to; null where it is not known.</param>
    public bool IsOwnHostname(string host, long? port, SocketOptions options) =>
        options.OwnHostnames.Any(pattern => HostPattern.Matches(pattern, host)) || Wrangler?.IsOwn(host, port) == true;

    /// <summary>Whether the code runs on Workers for all that this compilation shows: the package or a wrangler file is present.</summary>
    public bool IsWorkersProject => Wrangler is not null || Catalog.HasWorkers;

    /// <summary>Whether a compilation references a framework that answers requests.</summary>
    public static bool ReferencesServer(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Microsoft.AspNetCore.Http.HttpContext") is not null
        || compilation.GetTypeByMetadataName("Microsoft.Extensions.Hosting.IHostedService") is not null
        || compilation.GetTypeByMetadataName("Microsoft.Azure.Functions.Worker.FunctionAttribute") is not null
        || compilation.GetTypeByMetadataName("Grpc.Core.ServerCallContext") is not null
        || compilation.GetTypeByMetadataName("Amazon.Lambda.Core.ILambdaContext") is not null;

    /// <summary>The options that hold for <paramref name="tree"/>.</summary>
    public SocketOptions OptionsFor(SyntaxTree tree) => Configuration.OptionsFor(tree).Options;
}
