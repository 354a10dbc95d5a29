using WorkersSockets.Analyzers.Tests.Security;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class WSK2007_EndMeansNeverConnectedTests
{
    private const string Id = "WSK2007";

    [Theory]
    [MemberData(nameof(TlsShapes.Names), MemberType = typeof(TlsShapes))]
    public Task Finds_its_own_among_the_shapes_of_all(string shape) => TlsShapes.CheckAsync(Id, shape);
}
