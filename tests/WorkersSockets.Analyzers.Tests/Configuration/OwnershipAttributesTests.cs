using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Configuration;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Configuration;

public class OwnershipAttributesTests
{
    private const string Attributes = """

        namespace WorkersSockets
        {
            [AttributeUsage(AttributeTargets.All)] class TakesOwnershipAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] class ReturnsOwnedAttribute : Attribute { }
            [AttributeUsage(AttributeTargets.All)] class ValidatesHost : Attribute { }
            [AttributeUsage(AttributeTargets.All)] class BoundsConnectsAttribute(int count) : Attribute { public int Count => count; }
        }

        namespace Other
        {
            [AttributeUsage(AttributeTargets.All)] class TakesOwnershipAttribute : Attribute { }
        }
        """;

    [Theory]
    [InlineData("class C { void M([WorkersSockets.TakesOwnership] Socket s) { } }", true)]
    [InlineData("class C { void M([Other.TakesOwnership] Socket s) { } }", false)]
    [InlineData("class C { void M(Socket s) { } }", false)]
    [InlineData("class B { public virtual void M([WorkersSockets.TakesOwnership] Socket s) { } } class C : B { public override void M(Socket s) { } }", true)]
    [InlineData("interface I { void M([WorkersSockets.TakesOwnership] Socket s); } class C : I { public void M(Socket s) { } }", true)]
    [InlineData("interface I { void M([WorkersSockets.TakesOwnership] Socket s); } class C : I { void I.M(Socket s) { } }", true)]
    [InlineData("partial class C { partial void M([WorkersSockets.TakesOwnership] Socket s); } partial class C { partial void M(Socket s) { } }", true)]
    [InlineData("class C<T> { void M([WorkersSockets.TakesOwnership] T s) { } }", true)]
    [InlineData("class C { void M([WorkersSockets.Nothing] Socket s) { } }", false)]
    public void Parameter_takes_ownership(string source, bool expected) =>
        Assert.Equal(expected, OwnershipAttributes.TakesOwnership(Method(source).Parameters[0]));

    [Theory]
    [InlineData("class C { [WorkersSockets.ReturnsOwned] Socket M() => null!; }", true)]
    [InlineData("class C { [return: WorkersSockets.ReturnsOwned] Socket M() => null!; }", true)]
    [InlineData("class C { Socket M() => null!; }", false)]
    public void Method_returns_what_the_caller_closes(string source, bool expected) =>
        Assert.Equal(expected, OwnershipAttributes.ReturnsOwned(Method(source)));

    [Fact]
    public void Property_returns_what_the_caller_closes()
    {
        var property = (IPropertySymbol)Type("class C { [WorkersSockets.ReturnsOwned] Socket M => null!; }").GetMembers("M").Single();

        Assert.True(OwnershipAttributes.ReturnsOwned(property));
        Assert.True(OwnershipAttributes.ReturnsOwned(property.GetMethod));
    }

    [Theory]
    [InlineData("class C { [WorkersSockets.ValidatesHost] bool M(string host) => true; }", true, false)]
    [InlineData("class C { bool M([WorkersSockets.ValidatesHost] string host) => true; }", false, true)]
    [InlineData("class C { bool M(string host) => true; }", false, false)]
    public void Method_or_parameter_validates_the_host(string source, bool method, bool parameter) =>
        Assert.Equal((method, parameter), (OwnershipAttributes.ValidatesHost(Method(source)), OwnershipAttributes.ValidatesHost(Method(source).Parameters[0])));

    [Theory]
    [InlineData("class C { [WorkersSockets.BoundsConnects(4)] void M() { } }", 4)]
    [InlineData("class C { [WorkersSockets.BoundsConnects(0)] void M() { } }", null)]
    [InlineData("class C { [WorkersSockets.BoundsConnects] void M() { } }", null)]
    [InlineData("class C { [WorkersSockets.BoundsConnects(\"x\")] void M() { } }", null)]
    [InlineData("class C { void M() { } }", null)]
    public void Method_bounds_its_connects(string source, int? expected) => Assert.Equal(expected, OwnershipAttributes.BoundsConnects(Method(source)));

    [Fact]
    public void Extension_method_called_on_its_receiver_is_its_definition()
    {
        var compilation = Verify.Compile(On.DotNet, "static class C { public static void M(this string host, [WorkersSockets.TakesOwnership] Socket s) { } }" + Attributes);
        var method = (IMethodSymbol)compilation.GetTypeByMetadataName("C")!.GetMembers("M").Single();
        var reduced = method.ReduceExtensionMethod(compilation.GetSpecialType(SpecialType.System_String))!;

        Assert.True(OwnershipAttributes.TakesOwnership(reduced.Parameters[0]));
    }

    [Fact]
    public void Nothing_has_no_attributes()
    {
        Assert.False(OwnershipAttributes.TakesOwnership(null));
        Assert.False(OwnershipAttributes.ReturnsOwned(null));
        Assert.False(OwnershipAttributes.ValidatesHost(null));
        Assert.Null(OwnershipAttributes.BoundsConnects(null));
    }

    private static IMethodSymbol Method(string source) => Type(source).GetMembers().OfType<IMethodSymbol>().First(method => method.Name.EndsWith('M'));

    private static INamedTypeSymbol Type(string source)
    {
        var compilation = Verify.Compile(On.DotNet, source + Attributes);
        return compilation.GetTypeByMetadataName("C") ?? compilation.GetTypeByMetadataName("C`1")!;
    }
}
