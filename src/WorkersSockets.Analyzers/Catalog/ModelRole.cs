namespace WorkersSockets.Analyzers.Catalog;

/// <summary>What a modelled type or member does with sockets. The name in a model line is the lower-case, hyphenated form.</summary>
internal enum ModelRole
{
    /// <summary><c>socket</c> (type): a connection or a stream that is one. Keys: surface, kind.</summary>
    Socket,

    /// <summary><c>wrapper</c> (type): a reader, writer or stream that is a connection only when built over one.</summary>
    Wrapper,

    /// <summary><c>listener</c> (type): the accepting side.</summary>
    Listener,

    /// <summary><c>pool</c> (type): owns sockets by contract; what is stored there has an owner.</summary>
    Pool,

    /// <summary><c>create</c> (constructor): makes a socket that is not connected yet.</summary>
    Create,

    /// <summary><c>connect</c>: starts a connection. Keys: host, port, address, endpoint, options, token, timeout, args; returns.</summary>
    Connect,

    /// <summary><c>end-connect</c>: completes a Begin-style connect. Key: async-result.</summary>
    EndConnect,

    /// <summary><c>bind</c>: gives the socket an address of its own (<c>endpoint</c>), or makes it a listener.</summary>
    Bind,

    /// <summary><c>accept</c>: returns a socket of the accepting side.</summary>
    Accept,

    /// <summary><c>opened</c>: completes when the connection is established. Key: token.</summary>
    Opened,

    /// <summary><c>read</c>: reads bytes, text or a result object. Keys: buffer, offset, count, token; returns.</summary>
    Read,

    /// <summary><c>write</c>: writes bytes or text. Keys: buffer, offset, count, text, token.</summary>
    Write,

    /// <summary><c>decode</c>: turns bytes into text. Keys: buffer, offset, count; stateful.</summary>
    Decode,

    /// <summary><c>parse</c>: turns bytes into a value that is not text. Keys: buffer, offset.</summary>
    Parse,

    /// <summary><c>encode</c>: turns text into bytes. Key: text.</summary>
    Encode,

    /// <summary><c>close</c>: closes the receiver.</summary>
    Close,

    /// <summary><c>half-close</c>: ends the writing (or reading) side only. Key: how.</summary>
    HalfClose,

    /// <summary><c>view</c>: returns another face of the receiver, which keeps owning it.</summary>
    View,

    /// <summary><c>wrap</c> (constructor or factory): builds a stream, reader or writer over one. Keys: inner, leave-open, owns; closes.</summary>
    Wrap,

    /// <summary><c>upgrade</c>: starts TLS on the receiver; returns the upgraded socket where the API makes a new one.</summary>
    Upgrade,

    /// <summary><c>status</c>: a property or method that is safe on a closed socket.</summary>
    Status,

    /// <summary>
    /// <c>request-source</c>: a value that the caller of the Worker, function or service controls: what a member returns or (key:
    /// buffer) fills, every value of a type, or the parameter or property that carries an attribute type.
    /// </summary>
    RequestSource,

    /// <summary><c>host-check</c>: a method that proves its argument (key: value) an allowed host by returning true or by not throwing.</summary>
    HostCheck,

    /// <summary>
    /// <c>handler</c>: marks request, event or service scope. Keys: scope, delegate. A type line is a base type or interface of the
    /// handler's class, an attribute of the class, the method or one of its parameters, or the type of the event that it takes.
    /// </summary>
    Handler,

    /// <summary><c>wait-until</c>: keeps the invocation alive for the task given (key: task).</summary>
    WaitUntil,

    /// <summary><c>mail-client</c>: opens a connection of its own to a mail server. Keys: host, port, options, token.</summary>
    MailClient,

    /// <summary><c>takes-ownership</c>: closes the socket or stream that it is given (key: value), now or later.</summary>
    TakesOwnership,

    /// <summary><c>own-address</c>: the URL or host under which the handler itself is called.</summary>
    OwnAddress,

    /// <summary><c>configuration</c>: a value that the operator sets: what a member returns, or every value of a type.</summary>
    Configuration,
}
