using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>Data that is part of an object made in the body.</summary>
/// <param name="Value">What it may be.</param>
/// <param name="At">Where it was put in: what a find names.</param>
internal readonly record struct DataPart(TrackedValue Value, IOperation At);

/// <summary>A variable and the members that a value is read through.</summary>
internal sealed record DataPath(ISymbol Root, string Members)
{
    public string First => Members.IndexOf('.') is var dot and >= 0 ? Members.Substring(0, dot) : Members;

    public DataPath Then(string members) => new(Root, Members.Length == 0 ? members : Members + "." + members);
}

/// <summary>What types and members do with data.</summary>
internal static class DataParts
{
    /// <summary>Members that keep a constructor's parameter as it is: a record's property, a primary constructor's parameter, a member initialised with it.</summary>
    public static IEnumerable<string> KeptBy(IMethodSymbol constructor, IParameterSymbol parameter)
    {
        var type = constructor.ContainingType;
        if (constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax declaration)
        {
            yield return parameter.Name;
            foreach (var member in declaration.Members)
            {
                switch (member)
                {
                    case PropertyDeclarationSyntax { Initializer.Value: var value } property when Names(value, parameter.Name):
                        yield return property.Identifier.ValueText;
                        break;
                    case FieldDeclarationSyntax field:
                        foreach (var variable in field.Declaration.Variables)
                        {
                            if (variable.Initializer is { Value: var assigned } && Names(assigned, parameter.Name))
                            {
                                yield return variable.Identifier.ValueText;
                            }
                        }

                        break;
                }
            }
        }
        else if (constructor.DeclaringSyntaxReferences.IsEmpty)
        {
            // Of a type without source: the property that has the parameter's name.
            foreach (var member in type.GetMembers())
            {
                if (member is IPropertySymbol && string.Equals(member.Name, parameter.Name, StringComparison.OrdinalIgnoreCase))
                {
                    yield return member.Name;
                }
            }
        }
    }

    /// <summary>Members that an ordinary constructor sets to a parameter: <c>IsAllowed = ok;</c>.</summary>
    public static IEnumerable<string> SetBy(IMethodSymbol constructor, IParameterSymbol parameter)
    {
        if (constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not ConstructorDeclarationSyntax declaration)
        {
            return Enumerable.Empty<string>();
        }

        var assignments = declaration.ExpressionBody is { Expression: AssignmentExpressionSyntax only }
            ? new[] { only }
            : declaration.Body?.Statements.OfType<ExpressionStatementSyntax>().Select(statement => statement.Expression).OfType<AssignmentExpressionSyntax>() ?? Enumerable.Empty<AssignmentExpressionSyntax>();
        return assignments.Where(assignment => assignment.Right is IdentifierNameSyntax right && right.Identifier.ValueText == parameter.Name)
            .Select(assignment => assignment.Left is MemberAccessExpressionSyntax access ? access.Name.Identifier.ValueText : assignment.Left.ToString());
    }

    private static bool Names(ExpressionSyntax value, string name) =>
        value is BinaryExpressionSyntax { Left: var left } ? Names(left, name)
        : value is IdentifierNameSyntax identifier && identifier.Identifier.ValueText == name;

    /// <summary>The getter of a property that computes its value; null where the property only holds one.</summary>
    public static IMethodSymbol? Getter(IPropertySymbol property) =>
        property.GetMethod is { IsAbstract: false } getter
        && property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax declaration
        && (declaration.ExpressionBody is not null || declaration.AccessorList?.Accessors.Any(accessor => accessor.Body is not null || accessor.ExpressionBody is not null) == true)
            ? getter
            : null;

    /// <summary>The name of a part: a tuple's elements go by position.</summary>
    public static string NameOf(IFieldSymbol field) => field.CorrespondingTupleField?.Name ?? field.Name;

    /// <summary>The name of a property: all names of the host of an address are one.</summary>
    public static string NameOf(IPropertySymbol property) =>
        property is { ContainingType.Name: "Uri" or "Url", Name: "IdnHost" or "DnsSafeHost" or "Authority" or "Hostname" } ? "Host" : property.Name;

    /// <summary>Whether a text ends where a port begins: the caller who may choose a host was asked for that, and its port goes with it.</summary>
    public static bool EndsInColon(IOperation text) => text switch
    {
        IInterpolatedStringTextOperation { Text: var inner } => EndsInColon(inner),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, RightOperand: var end } => EndsInColon(end),
        IConversionOperation { Operand: var inner } => EndsInColon(inner),
        { ConstantValue: { HasValue: true, Value: string constant } } => constant.EndsWith(":", StringComparison.Ordinal),
        { ConstantValue: { HasValue: true, Value: ':' } } => true,
        _ => false,
    };

    /// <summary>Types that are made of a host and a port, in this order.</summary>
    public static bool IsEndpoint(ITypeSymbol? type) => type?.Name is "DnsEndPoint" or "IPEndPoint" or "TcpSocketAddress";

    /// <summary>Types of fields that hold (part of) a destination.</summary>
    public static bool CanBeDestination(ITypeSymbol? type) => type is not null
        && (type.SpecialType is SpecialType.System_String or SpecialType.System_Int32 or SpecialType.System_UInt16
            || type.Name is "Uri" or "IPAddress" or "EndPoint" or "IPEndPoint" or "DnsEndPoint" or "TcpSocketAddress" or "Url");

    /// <summary>Types of fields that hold a destination among other settings: a class of this program with a host or address.</summary>
    public static bool CanHoldDestination(ITypeSymbol? type) => CanBeDestination(type)
        || (type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct, DeclaringSyntaxReferences.IsEmpty: false }
            && type.GetMembers().Any(member => member is IPropertySymbol { IsStatic: false, Type: var held, Name: var name } && CanBeDestination(held)
                && (name.EndsWith("Host", StringComparison.OrdinalIgnoreCase) || name.EndsWith("HostName", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Server", StringComparison.OrdinalIgnoreCase)
                    || name.EndsWith("Address", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase))));

    /// <summary>
    /// Whether a text is a name in the program's own domain that a number tells from others: <c>$"shard{number}.contoso.com"</c>. In an
    /// address the number is the host: <c>$"10.0.0.{number}"</c>.
    /// </summary>
    public static bool IsNumberedName(IOperation text)
    {
        var parts = new List<IOperation>();
        if (text is IInterpolatedStringOperation interpolated)
        {
            parts.AddRange(interpolated.Parts.Select(part => part is IInterpolationOperation hole ? hole.Expression : ((IInterpolatedStringTextOperation)part).Text).Reverse());
        }

        // From the end; a name has few parts.
        for (var rest = text; rest is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum && parts.Count < 8; rest = sum.LeftOperand)
        {
            parts.Add(sum.RightOperand);
            if (sum.LeftOperand is not IBinaryOperation)
            {
                parts.Add(sum.LeftOperand);
            }
        }

        return parts.Count is > 1 and < 8
            && parts[0].ConstantValue is { HasValue: true, Value: string end } && IsDomain(end)
            && parts.TrueForAll(part => part.ConstantValue.HasValue || IsInteger(part is IConversionOperation boxed ? boxed.Operand : part));
    }

    /// <summary>".contoso.com", "-db.contoso.com:5432": a registered name at the end.</summary>
    private static bool IsDomain(string end)
    {
        var labels = end.Split(':')[0].Split('.');
        return labels.Length >= 3 && labels[labels.Length - 1].Length >= 2 && labels[labels.Length - 1].All(char.IsLetter) && labels[labels.Length - 2].Any(char.IsLetter);
    }

    private static bool IsInteger(IOperation part) => part.Type?.SpecialType is SpecialType.System_Byte or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64
        or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64;

    /// <summary>Whether validation lets only known values into a parameter or property of a model: a list of them, or a pattern with a literal domain.</summary>
    public static bool IsValidated(ISymbol bound) => bound.GetAttributes().Any(attribute => attribute.AttributeClass?.Name switch
    {
        "AllowedValuesAttribute" => true,

        // The attribute wants the whole text to match, with or without anchors.
        "RegularExpressionAttribute" => attribute.ConstructorArguments.FirstOrDefault().Value is string pattern && HostChecks.NamesHosts(pattern),
        _ => false,
    });

    /// <summary>Calls whose result names the same host or port as what they are given.</summary>
    public static bool IsNormalising(IMethodSymbol method) => method.Name is "Trim" or "TrimEnd" or "TrimStart" or "ToLower" or "ToLowerInvariant" or "ToUpper"
        or "ToUpperInvariant" or "ToString" or "GetAscii" or "Normalize" or "Format" or "Concat" or "Parse" or "ToInt32";

    /// <summary>Whether the result of a call without source holds what its arguments hold (and not what they are the key of).</summary>
    public static bool PassesArguments(IMethodSymbol method)
    {
        var type = method.ContainingType;
        var space = type?.ContainingNamespace?.ToDisplayString() ?? "";
        if (method.Name is "Parse" or "TryParse" or "ParseExact" or "TryParseExact" or "TryCreate" or "Create" or "TryFormat")
        {
            return method.IsStatic && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space is "Workers" or "Newtonsoft.Json.Linq");
        }

        return (space, type?.Name) switch
        {
            ("System", "String" or "Convert" or "Uri" or "Math" or "BitConverter" or "MemoryExtensions" or "Tuple" or "ValueTuple" or "Array" or "Char") => true,
            ("System.Net", "Dns" or "WebUtility" or "IPAddress" or "IPEndPoint") => true,
            ("System.Text" or "System.Text.Json" or "System.Text.Json.Nodes" or "System.Text.RegularExpressions" or "System.Text.Encodings.Web" or "System.Globalization", _) => true,
            ("System.Linq", _) => false,
            ("System.Collections.Immutable" or "System.Collections.Frozen", _) => method.IsStatic,
            ("System.Web", "HttpUtility") or ("Newtonsoft.Json", "JsonConvert") or ("System.Xml.Linq", _) => true,
            ("System.Net.Http.Json", _) => method.Name.StartsWith("ReadFrom", StringComparison.Ordinal),
            ("System.IO", "Path") => true,
            ("System.Buffers.Binary", _) or ("System.Buffers.Text", _) => true,
            ("Microsoft.AspNetCore.WebUtilities", _) or ("Microsoft.Extensions.Primitives", _) => true,
            ("Workers", "TextCodec" or "Url") => true,
            _ => false,
        };
    }

    /// <summary>Whether an object without source that is made of data is that data.</summary>
    public static bool IsMadeOf(ITypeSymbol? type)
    {
        var space = type?.ContainingNamespace?.ToDisplayString() ?? "";
        return space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space is "Workers" or "Microsoft.Extensions.Primitives"
            || space.StartsWith("Newtonsoft.Json", StringComparison.Ordinal);
    }

    /// <summary>Which arguments of a call stay in its receiver; none for a call that keeps nothing.</summary>
    public static bool Keeps(IMethodSymbol method, IParameterSymbol parameter)
    {
        var space = method.ContainingType?.ContainingNamespace?.ToDisplayString() ?? "";
        if (method.IsStatic || !(space == "System.Text" || space == "System.IO" || space.StartsWith("System.Collections", StringComparison.Ordinal) || space == "System.Collections.Specialized"))
        {
            return false;
        }

        return method.Name switch
        {
            "Add" or "TryAdd" when method.Parameters.Length == 2 => parameter.Ordinal == 1,
            "Add" or "TryAdd" or "AddRange" or "AddLast" or "AddFirst" or "Enqueue" or "Push" or "Insert" or "InsertRange" or "UnionWith"
                or "Append" or "AppendLine" or "AppendFormat" or "AppendJoin" or "Replace" or "Write" or "WriteLine" => true,
            _ => false,
        };
    }
}
