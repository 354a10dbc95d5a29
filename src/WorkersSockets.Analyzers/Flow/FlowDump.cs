using System.Text;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>A text form of a flow, for tests and for whoever debugs a rule: one line an event, with the states before it.</summary>
internal static class FlowDump
{
    /// <summary>For example <c>3: Close client.Close() of client [Open, OpenNotAwaited, Silent, Plain, Writable]</c>.</summary>
    public static string Of(SocketFlow flow)
    {
        var text = new StringBuilder();
        foreach (var body in flow.Bodies)
        {
            text.Append(body.Owner.Name.Length == 0 ? "lambda" : body.Owner.Name).Append('\n');
            foreach (var found in body.Events)
            {
                var line = found.Operation.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                text.Append("  ").Append(line).Append(": ").Append(found.Kind).Append(' ').Append(found.Operation.Syntax.ToString())
                    .Append(" of ").Append(found.Object.Name).Append(" [").Append(found.Before).Append("]\n");
            }
        }

        return text.ToString();
    }
}
