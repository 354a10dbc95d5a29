namespace WorkersSockets.Analyzers.Catalog;

/// <summary>What a modelled member hands back.</summary>
internal enum ModelResult
{
    /// <summary>Nothing of interest.</summary>
    None,

    /// <summary>The connected or upgraded socket, bare or in a task.</summary>
    Socket,

    /// <summary>The number of bytes read.</summary>
    Count,

    /// <summary>An object that holds the bytes and an end flag (<c>TcpReadResult</c>, <c>ReadResult</c>).</summary>
    Result,

    /// <summary>Text of one line, or null at the end.</summary>
    Line,

    /// <summary>All text or bytes up to the end of the stream.</summary>
    All,

    /// <summary>One byte or character, negative at the end.</summary>
    Unit,

    /// <summary>An <c>IAsyncResult</c> of a Begin call.</summary>
    AsyncResult,
}

/// <summary>How a socket type behaves.</summary>
internal enum SocketKind
{
    None,

    /// <summary><c>TcpClient</c>: a client that owns a socket and hands out its stream.</summary>
    Client,

    /// <summary><c>Socket</c> or <c>TcpSocket</c>.</summary>
    Socket,

    /// <summary><c>NetworkStream</c>.</summary>
    Stream,

    /// <summary><c>SslStream</c>.</summary>
    Tls,

    /// <summary>A text or binary reader.</summary>
    Reader,

    /// <summary>A text or binary writer.</summary>
    Writer,
}

/// <summary>In which scope a handler runs.</summary>
internal enum HandlerScope
{
    None,

    /// <summary>Answers a caller: <c>[Fetch]</c>, minimal API, controller, HTTP function, gRPC, SignalR.</summary>
    Request,

    /// <summary>Runs for an event without a caller: timer, queue, e-mail, scheduled.</summary>
    Event,

    /// <summary>Runs as long as the process or object: hosted service, Durable Object.</summary>
    Service,
}

/// <summary>
/// One line of a model file: a documentation-comment id, its role, and the zero-based positions of the parameters that matter
/// (-1 where there is none; the receiver never counts, the <c>this</c> parameter of an extension method does).
/// </summary>
internal sealed record ApiModel(string Id, ModelRole Role)
{
    public Surface Surface { get; init; } = Surface.DotNet;
    public SocketKind Kind { get; init; }
    public ModelResult Returns { get; init; }
    public HandlerScope Scope { get; init; }

    public int Host { get; init; } = -1;
    public int Port { get; init; } = -1;

    /// <summary>A string that holds host and port, or an object that does (<c>TcpSocketAddress</c>).</summary>
    public int Address { get; init; } = -1;

    /// <summary>An <c>EndPoint</c>.</summary>
    public int Endpoint { get; init; } = -1;
    public int Options { get; init; } = -1;
    public int Token { get; init; } = -1;
    public int Timeout { get; init; } = -1;

    /// <summary>A <c>SocketAsyncEventArgs</c>, which carries the endpoint or the buffer.</summary>
    public int Args { get; init; } = -1;
    public int Buffer { get; init; } = -1;
    public int Offset { get; init; } = -1;

    /// <summary>How many bytes are wanted: the most (a plain read) or the fewest (a read that goes on).</summary>
    public int Count { get; init; } = -1;
    public int Text { get; init; } = -1;
    public int Inner { get; init; } = -1;
    public int LeaveOpen { get; init; } = -1;
    public int Owns { get; init; } = -1;
    public int Encoding { get; init; } = -1;
    public int Callback { get; init; } = -1;
    public int AsyncResult { get; init; } = -1;
    public int How { get; init; } = -1;
    public int Value { get; init; } = -1;
    public int Delegate { get; init; } = -1;
    public int Task { get; init; } = -1;

    /// <summary>A wrap without a leave-open or owns parameter: whether closing the wrapper closes what is inside. Default true.</summary>
    public bool Closes { get; init; } = true;

    /// <summary>The read fills the whole buffer or throws.</summary>
    public bool Exact { get; init; }

    /// <summary>The read goes on until a minimum that the caller names.</summary>
    public bool AtLeast { get; init; }

    /// <summary>The call is the Begin half of a Begin/End pair.</summary>
    public bool Begin { get; init; }

    /// <summary>The operation is on datagrams, where one read is one message.</summary>
    public bool Datagram { get; init; }

    /// <summary>The decoder keeps an incomplete character for the next call.</summary>
    public bool Stateful { get; init; }

    /// <summary>The text is sent with a line end.</summary>
    public bool Line { get; init; }
}
