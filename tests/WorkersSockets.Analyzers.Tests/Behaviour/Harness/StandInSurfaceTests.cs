using Microsoft.CodeAnalysis;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Behaviour.Harness;

/// <summary>The executable stand-in declares what the package's signatures declare, for the types that it has.</summary>
public class StandInSurfaceTests
{
    private static readonly SymbolDisplayFormat Signature = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly Dictionary<string, INamedTypeSymbol> Package = TypesOf(References.Workers);
    private static readonly Dictionary<string, INamedTypeSymbol> StandIn = TypesOf(MetadataReference.CreateFromFile(typeof(StandInSurfaceTests).Assembly.Location));

    public static TheoryData<string> Types => [.. StandIn.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Type_has_the_signatures_of_the_package(string name)
    {
        var package = Assert.Contains(name, (IDictionary<string, INamedTypeSymbol>)Package);
        var standIn = StandIn[name];

        // A member that speaks of a type which the stand-in does not have is left out.
        var expected = Members(package).Where(member => member.Types.All(type => type.TypeKind == TypeKind.TypeParameter || type.ContainingNamespace?.Name != "Workers" || StandIn.ContainsKey(type.Name)));
        Assert.Equal(expected.Select(member => member.Text).Order(StringComparer.Ordinal), Members(standIn).Select(member => member.Text).Order(StringComparer.Ordinal));
        Assert.Equal((package.TypeKind, package.IsSealed, package.IsStatic, package.IsRecord), (standIn.TypeKind, standIn.IsSealed, standIn.IsStatic, standIn.IsRecord));
        Assert.Equal(package.AllInterfaces.Select(type => type.ToDisplayString()).Order(StringComparer.Ordinal), standIn.AllInterfaces.Select(type => type.ToDisplayString()).Order(StringComparer.Ordinal));
        Assert.Equal(package.BaseType?.ToDisplayString(), standIn.BaseType?.ToDisplayString());
    }

    [Fact]
    public void Everything_that_touches_a_socket_is_there() =>
        Assert.Subset(new HashSet<string>(StandIn.Keys), new HashSet<string> { "TcpSocket", "TcpSocketOptions", "TcpSocketAddress", "TcpSocketInfo", "TcpReadResult", "TcpSecureTransport", "Request", "Response", "Env", "Context", "Router", "Timers", "TextCodec", "ReadableStream" });

    private static IEnumerable<(string Text, IEnumerable<ITypeSymbol> Types)> Members(INamedTypeSymbol type) =>
        from member in type.GetMembers()
        where member.DeclaredAccessibility == Accessibility.Public && !member.IsImplicitlyDeclared
        where member is IPropertySymbol or IFieldSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor }

        // The package's classes without a constructor of their own have an implicit one that its compiler rejects.
        where member is not IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true }
        select (member.ToDisplayString(Signature), TypesIn(member));

    private static IEnumerable<ITypeSymbol> TypesIn(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType).SelectMany(Parts),
        IPropertySymbol property => Parts(property.Type),
        IFieldSymbol field => Parts(field.Type),
        _ => [],
    };

    private static IEnumerable<ITypeSymbol> Parts(ITypeSymbol type) =>
        type is INamedTypeSymbol named ? named.TypeArguments.SelectMany(Parts).Prepend(named) : [type];

    private static Dictionary<string, INamedTypeSymbol> TypesOf(MetadataReference reference)
    {
        var compilation = Verify.Compile(On.DotNet, "").AddReferences(reference);
        var assembly = Assert.IsAssignableFrom<IAssemblySymbol>(compilation.GetAssemblyOrModuleSymbol(reference));
        return assembly.GlobalNamespace.GetNamespaceMembers().Single(space => space.Name == "Workers").GetTypeMembers()
            .Where(type => type.DeclaredAccessibility == Accessibility.Public)
            .ToDictionary(type => type.Name, StringComparer.Ordinal);
    }
}
