using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Writes the expression that reads a setting of the operator's, with what is in scope.</summary>
internal static class ConfiguredHost
{
    /// <summary>
    /// <c>env.Variable("NAME")</c> where a Worker's <c>Env</c> is at hand, <c>configuration["NAME"]</c> where an
    /// <c>IConfiguration</c> is; null where neither is.
    /// </summary>
    public static string? Read(SemanticModel model, ExpressionSyntax at, string name, CancellationToken cancellationToken)
    {
        var candidates = InScope(model, at, cancellationToken);
        return Environment(candidates) is { } environment ? $"{environment}.Variable(\"{name}\")"
            : Configuration(candidates) is { } configuration ? $"{configuration}[\"{name}\"]{(model.GetNullableContext(at.SpanStart).AnnotationsEnabled() ? "!" : "")}"
            : null;
    }

    /// <summary>
    /// Host and port of a connect call, both constant there, are read as <c>PREFIX_HOST</c> and <c>PREFIX_PORT</c>. False, and no edit,
    /// where the call has no such pair or nothing to read them from is in scope.
    /// </summary>
    public static bool TryReadAddress(SourceEdits edits, SemanticModel model, ExpressionSyntax call, string prefix, CancellationToken cancellationToken)
    {
        var list = call switch
        {
            InvocationExpressionSyntax invocation => invocation.ArgumentList,
            BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
            _ => null,
        };
        var constants = (list?.Arguments ?? default)
            .Select(argument => (argument.Expression, model.GetConstantValue(argument.Expression, cancellationToken).Value))
            .Where(argument => argument.Value is string or int)
            .ToList();
        if (constants.Count != 2 || constants[0] is not { Value: string } host || constants[1] is not { Value: int } port || Read(model, call, prefix + "_HOST", cancellationToken) is not { } readHost)
        {
            return false;
        }

        var candidates = InScope(model, call, cancellationToken);
        string readPort;
        if (Environment(candidates) is { } environment)
        {
            readPort = $"{environment}.Variable<int>(\"{prefix}_PORT\")";
        }
        else if (Configuration(candidates) is { } configuration && model.Compilation.GetTypeByMetadataName("Microsoft.Extensions.Configuration.ConfigurationBinder") is not null)
        {
            readPort = $"{configuration}.GetValue<int>(\"{prefix}_PORT\")";
            Imports.Ensure(edits, model, call.SpanStart, "Microsoft.Extensions.Configuration");
        }
        else
        {
            return false;
        }

        edits.Replace(host.Expression, readHost);
        edits.Replace(port.Expression, readPort);
        return true;
    }

    /// <summary>The Worker's <c>Env</c> in scope as an expression.</summary>
    public static string? Environment(IReadOnlyList<(string Expression, ITypeSymbol Type)> candidates)
    {
        foreach (var (expression, type) in candidates)
        {
            if (Is(type, "Workers", "Env"))
            {
                return expression;
            }

            if (Is(type, "Workers", "RouteContext"))
            {
                return expression + ".Env";
            }
        }

        return null;
    }

    private static string? Configuration(IReadOnlyList<(string Expression, ITypeSymbol Type)> candidates)
    {
        foreach (var (expression, type) in candidates)
        {
            if (IsConfiguration(type))
            {
                return expression;
            }
        }

        foreach (var (expression, type) in candidates)
        {
            // A builder or an application: builder.Configuration.
            if (type.GetMembers("Configuration").OfType<IPropertySymbol>().Any(property =>
                property is { IsStatic: false, DeclaredAccessibility: Accessibility.Public } && IsConfiguration(property.Type)))
            {
                return expression + ".Configuration";
            }
        }

        return null;
    }

    /// <summary>"DB_HOST", "REDIS_HOST": after the service that the port stands for, else after the constant's own name.</summary>
    public static string NameFor(long? port, string? declared) => port switch
    {
        5432 or 5433 or 3306 or 1433 or 27017 or 1521 or 9042 or 26257 => "DB_HOST",
        6379 or 6380 => "REDIS_HOST",
        25 or 465 or 587 or 2525 => "SMTP_HOST",
        143 or 993 => "IMAP_HOST",
        389 or 636 => "LDAP_HOST",
        5671 or 5672 => "AMQP_HOST",
        1883 or 8883 => "MQTT_HOST",
        9092 => "KAFKA_HOST",
        11211 => "MEMCACHED_HOST",
        _ => declared is null ? "BACKEND_HOST" : FromIdentifier(declared),
    };

    /// <summary>"graphiteHost" becomes "GRAPHITE_HOST", "Server" becomes "SERVER_HOST".</summary>
    private static string FromIdentifier(string identifier)
    {
        var words = new System.Text.StringBuilder();
        foreach (var character in identifier.TrimStart('_'))
        {
            if (char.IsUpper(character) && words.Length > 0 && char.IsLower(identifier[identifier.IndexOf(character) is > 0 and var index ? index - 1 : 0]))
            {
                words.Append('_');
            }

            words.Append(char.ToUpperInvariant(character));
        }

        var name = words.ToString();
        return name is "HOST" or "HOSTNAME" or "HOST_NAME" or "" ? "BACKEND_HOST" : name.EndsWith("HOST", StringComparison.Ordinal) ? name : name + "_HOST";
    }

    /// <summary>What can be named at a place, nearest first: locals, parameters, then fields and properties.</summary>
    internal static List<(string Expression, ITypeSymbol Type)> InScope(SemanticModel model, SyntaxNode at, CancellationToken cancellationToken)
    {
        var result = new List<(string, ITypeSymbol)>();
        var enclosing = model.GetEnclosingSymbol(at.SpanStart, cancellationToken);
        var isStatic = false;
        for (var current = enclosing; current is not (null or INamedTypeSymbol); current = current.ContainingSymbol)
        {
            isStatic |= current.IsStatic;
        }

        var isStaticFunction = at.Ancestors().Any(node => node switch
        {
            AnonymousFunctionExpressionSyntax lambda => lambda.Modifiers.Any(SyntaxKind.StaticKeyword),
            LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.StaticKeyword),
            _ => false,
        });
        foreach (var symbol in model.LookupSymbols(at.SpanStart))
        {
            switch (symbol)
            {
                case ILocalSymbol local when !isStaticFunction && local.DeclaringSyntaxReferences.Any(reference => reference.Span.End < at.SpanStart):
                    result.Insert(0, (local.Name, local.Type));
                    break;
                case IParameterSymbol parameter when SymbolEqualityComparer.Default.Equals(parameter.ContainingSymbol, enclosing) || !isStaticFunction:
                    result.Insert(0, (parameter.Name, parameter.Type));
                    break;
                case IFieldSymbol field when field.CanBeReferencedByName && (field.IsStatic || !isStatic):
                    result.Add((field.Name, field.Type));
                    break;
                case IPropertySymbol { IsIndexer: false, GetMethod: not null } property when property.IsStatic || !isStatic:
                    result.Add((property.Name, property.Type));
                    break;
            }
        }

        return result;
    }

    private static bool IsConfiguration(ITypeSymbol type) =>
        Is(type, "Microsoft.Extensions.Configuration", "IConfiguration") || type.AllInterfaces.Any(contract => Is(contract, "Microsoft.Extensions.Configuration", "IConfiguration"));

    private static bool Is(ITypeSymbol? type, string space, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == name && current.ContainingNamespace?.ToDisplayString() == space)
            {
                return true;
            }
        }

        return false;
    }
}
