using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using WorkersSockets.Analyzers.Flow;

namespace WorkersSockets.Analyzers.Rules.Security;

/// <summary>A callback that decides about a server's certificate lets every one pass.</summary>
internal sealed class CertificateValidationOff : SocketRule
{
    private const string AcceptAnything = "DangerousAcceptAnyServerCertificateValidator";

    public override ImmutableArray<DiagnosticDescriptor> Descriptors { get; } = ImmutableArray.Create(
        RuleCatalog.CertificateAlwaysAccepted, RuleCatalog.CertificateNameIgnored, RuleCatalog.CertificateIssuerIgnored, RuleCatalog.CertificateCheckOptional);

    /// <summary>A callback stands beside one of these words: a type or property that takes it, or the errors that it is given.</summary>
    public override ImmutableArray<string> FileMarks { get; } = ImmutableArray.Create("Certificate", "Ssl", "Tls", "certificate", "ssl", "tls");

    public override void AnalyzeRoot(OperationRootContext context)
    {
        if (TestCode.Contains(context.Owner, context.Compilation, context.Options))
        {
            return;
        }

        foreach (var operation in context.Root.DescendantsAndSelf())
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            switch (operation)
            {
                case IDelegateCreationOperation { Target: IAnonymousFunctionOperation or IMethodReferenceOperation } creation when CertificateCallback.IsCallbackType(creation.Type):
                    Check(context, creation);
                    break;
                case IPropertyReferenceOperation { Property: { Name: AcceptAnything, IsStatic: true } } reference
                    when reference.Parent is not (IBinaryOperation or INameOfOperation) && !TestCode.IsDevelopmentOnly(reference, context.Compilation.Sources):
                    context.Report(RuleCatalog.CertificateAlwaysAccepted, reference.Syntax, $"'{AcceptAnything}'");
                    break;
            }
        }
    }

    private static void Check(OperationRootContext context, IDelegateCreationOperation creation)
    {
        if (ReturnValues.FunctionOf(creation.Target) is not { } function || HandsOn(creation.Target))
        {
            return;
        }

        var judgement = CertificateCallback.Judge(function, context.Compilation.Sources, context.CancellationToken);
        if (judgement.Acceptance == CertificateAcceptance.Checked || TestCode.IsDevelopmentOnly(creation, context.Compilation.Sources) || ServerSide.IsServerSide(creation))
        {
            return;
        }

        var method = (creation.Target as IMethodReferenceOperation)?.Method;
        if (method?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) is { } declaration
            && TestCode.IsDevelopmentOnly(context.Compilation.Sources.OperationOf(declaration, context.CancellationToken), context.Compilation.Sources))
        {
            return;
        }

        var name = method is null ? "The callback" : $"'{method.Name}'";
        switch (judgement.Acceptance)
        {
            case CertificateAcceptance.Everything:
                context.Report(RuleCatalog.CertificateAlwaysAccepted, creation.Target.Syntax, name);
                break;
            case CertificateAcceptance.OtherName:
                context.Report(RuleCatalog.CertificateNameIgnored, creation.Target.Syntax, name);
                break;
            case CertificateAcceptance.OtherIssuer:
                context.Report(RuleCatalog.CertificateIssuerIgnored, creation.Target.Syntax, name);
                break;
            case CertificateAcceptance.EverythingBySetting:
                context.Report(RuleCatalog.CertificateCheckOptional, creation.Target.Syntax, name, judgement.Setting!);
                break;
        }
    }

    /// <summary>A lambda that only asks another callback, which is judged where it is made itself.</summary>
    private static bool HandsOn(IOperation target) => target is IAnonymousFunctionOperation { Body.Operations: { Length: 1 } only }
        && only[0] is IReturnOperation { ReturnedValue: IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } asked } }
        && CertificateCallback.IsCallbackType(asked.Type);

    /// <summary>Tells callbacks by which a server judges its clients: most servers ask for no client certificate at all.</summary>
    private static class ServerSide
    {
        private const string AsServer = "AuthenticateAsServer";
        private const string AsClient = "AuthenticateAsClient";

        public static bool IsServerSide(IDelegateCreationOperation creation)
        {
            for (IOperation? current = creation.Parent; current is not null; current = current.Parent)
            {
                switch (current)
                {
                    case IAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } }:
                        return IsServerMember(property);
                    case IAssignmentOperation { Target: IFieldReferenceOperation { Field: var field } }:
                        return IsServerMember(field) || TypeIsServer(creation);
                    case IArgumentOperation { Parameter: { } parameter } argument:
                        return parameter.Name.IndexOf("clientCertificate", StringComparison.OrdinalIgnoreCase) >= 0
                            || (argument.Parent is IObjectCreationOperation stream ? StreamIsServer(stream) : TypeIsServer(creation));
                    case IAnonymousFunctionOperation or IBlockOperation:
                        return TypeIsServer(creation);
                }
            }

            return TypeIsServer(creation);
        }

        private static bool IsServerMember(ISymbol member) =>
            member.ContainingType?.Name == "SslServerAuthenticationOptions"
            || member.Name.StartsWith("ClientCertificate", StringComparison.Ordinal)
            || member.ContainingType?.ContainingNamespace?.ToDisplayString().StartsWith("Microsoft.AspNetCore.Server", StringComparison.Ordinal) == true;

        /// <summary>Whether a stream is authenticated as a server: by what is called on its variable, else by what its body or type calls.</summary>
        private static bool StreamIsServer(IObjectCreationOperation stream)
        {
            var root = stream.Root();
            if (Holder(stream) is { } holder)
            {
                var asks = root.DescendantsAndSelf().OfType<IInvocationOperation>().Where(call => SymbolEqualityComparer.Default.Equals(Symbol(call.Instance), holder)).ToList();
                var calls = asks.Select(call => call.TargetMethod.Name).ToList();
                if (asks.Any(call => call.Arguments.Any(argument => argument is { Parameter.Name: "clientCertificateRequired", Value.ConstantValue: { HasValue: true, Value: true } })))
                {
                    // This server does ask for one.
                    return false;
                }

                if (calls.Any(name => name.StartsWith(AsClient, StringComparison.Ordinal)))
                {
                    return false;
                }

                if (calls.Any(name => name.StartsWith(AsServer, StringComparison.Ordinal)))
                {
                    return true;
                }
            }

            return Decide(root.Syntax) ?? TypeIsServer(stream);
        }

        private static bool TypeIsServer(IOperation operation) =>
            operation.Syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
                ? Decide(type) == true
                : Decide(operation.Syntax.SyntaxTree.GetRoot()) == true;

        /// <summary>True where only a server's handshake is named, false where a client's is, null where neither is.</summary>
        private static bool? Decide(SyntaxNode node)
        {
            bool? result = null;
            foreach (var token in node.DescendantTokens())
            {
                if (!token.IsKind(SyntaxKind.IdentifierToken))
                {
                    continue;
                }

                var name = token.ValueText;
                if (name.StartsWith(AsClient, StringComparison.Ordinal) || name is "SslClientAuthenticationOptions" or "HttpClientHandler" or "SocketsHttpHandler" or "ServicePointManager")
                {
                    return false;
                }

                if (name.StartsWith(AsServer, StringComparison.Ordinal) || name == "SslServerAuthenticationOptions")
                {
                    result = true;
                }
            }

            return result;
        }

        private static ISymbol? Holder(IOperation value)
        {
            var parent = value.Parent;
            while (parent is IConversionOperation or IVariableInitializerOperation)
            {
                parent = parent.Parent;
            }

            return parent switch
            {
                IVariableDeclaratorOperation declarator => declarator.Symbol,
                ISimpleAssignmentOperation assignment => Symbol(assignment.Target),
                _ => null,
            };
        }

        private static ISymbol? Symbol(IOperation? operation) => operation switch
        {
            ILocalReferenceOperation local => local.Local,
            IFieldReferenceOperation field => field.Field,
            IPropertyReferenceOperation property => property.Property,
            IParameterReferenceOperation parameter => parameter.Parameter,
            _ => null,
        };
    }
}
