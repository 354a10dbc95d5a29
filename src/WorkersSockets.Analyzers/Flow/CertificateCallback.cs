using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What a certificate callback lets pass.</summary>
internal enum CertificateAcceptance
{
    /// <summary>It refuses, or it can't be told.</summary>
    Checked,

    /// <summary>Every certificate passes.</summary>
    Everything,

    /// <summary>A certificate for another name passes.</summary>
    OtherName,

    /// <summary>A certificate that no trusted authority issued passes.</summary>
    OtherIssuer,

    /// <summary>Every certificate passes while a setting has a certain value.</summary>
    EverythingBySetting,
}

/// <summary>The judgement of a callback.</summary>
/// <param name="Acceptance">What passes.</param>
/// <param name="Setting">The setting's name where one decides.</param>
internal sealed record CertificateJudgement(CertificateAcceptance Acceptance, string? Setting);

/// <summary>Judges the callbacks that decide about a peer's certificate.</summary>
internal static class CertificateCallback
{
    // The values of SslPolicyErrors; they are part of the API's contract.
    private const int NoErrors = 0;
    private const int NameMismatch = 2;
    private const int ChainErrors = 4;

    private static readonly CertificateJudgement Refuses = new(CertificateAcceptance.Checked, null);

    /// <summary>Whether a type is <c>System.Net.Security.SslPolicyErrors</c>.</summary>
    public static bool IsPolicyErrors(ITypeSymbol? type) =>
        type is { Name: "SslPolicyErrors", ContainingNamespace: { Name: "Security", ContainingNamespace: { Name: "Net", ContainingNamespace.Name: "System" } } };

    /// <summary>Whether a delegate type returns a verdict on policy errors that it is given.</summary>
    public static bool IsCallbackType(ITypeSymbol? type) =>
        type is INamedTypeSymbol { DelegateInvokeMethod: { ReturnType.SpecialType: SpecialType.System_Boolean } invoke }
        && invoke.Parameters.Any(parameter => IsPolicyErrors(parameter.Type) || ErrorsIn(parameter.Type) is not null);

    /// <summary>The member of a callback's argument that holds the errors, where a library puts them into an object of its own.</summary>
    public static ISymbol? ErrorsIn(ITypeSymbol? type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface, SpecialType: SpecialType.None } named
            || named.ContainingNamespace?.Name == "System")
        {
            return null;
        }

        return named.GetMembers().FirstOrDefault(member => member switch
        {
            IPropertySymbol { IsStatic: false, GetMethod: not null } property => IsPolicyErrors(property.Type),
            IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } field => IsPolicyErrors(field.Type),
            _ => false,
        });
    }

    /// <summary>What a lambda, anonymous method or method lets pass.</summary>
    public static CertificateJudgement Judge(IMethodSymbol function, SourceModels sources, CancellationToken cancellationToken)
    {
        var values = new ReturnValues(sources, cancellationToken);
        var none = ImmutableDictionary<string, bool>.Empty;
        var acceptance = Accepts(values, function, none);
        if (acceptance != CertificateAcceptance.Checked)
        {
            return new CertificateJudgement(acceptance, null);
        }

        foreach (var setting in values.OpenSettings.OrderBy(open => open.Key, StringComparer.Ordinal).Take(4).ToList())
        {
            foreach (var value in new[] { true, false })
            {
                switch (Accepts(values, function, none.Add(setting.Key, value)))
                {
                    case CertificateAcceptance.Everything:
                        return new CertificateJudgement(CertificateAcceptance.EverythingBySetting, setting.Name);
                    case CertificateAcceptance.Checked:
                        continue;
                    case var partly:
                        acceptance = partly;
                        break;
                }
            }
        }

        return acceptance == CertificateAcceptance.Checked ? JudgeByClaims(function, sources, values, cancellationToken) : new CertificateJudgement(acceptance, null);
    }

    /// <summary>
    /// A callback that decides by what the certificate says of itself, which whoever makes one can write: its dates, subject and issuer.
    /// One that asks for the chain's status alone never learns of another name.
    /// </summary>
    private static CertificateJudgement JudgeByClaims(IMethodSymbol function, SourceModels sources, ReturnValues values, CancellationToken cancellationToken)
    {
        if (function.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is not { } declaration
            || sources.OperationOf(declaration, cancellationToken) is not { } body
            || !function.Parameters.Any(parameter => IsPolicyErrors(parameter.Type)))
        {
            return Refuses;
        }

        var isErrorsRead = false;
        var readsClaims = false;
        var readsStatus = false;
        foreach (var operation in body.Descendants())
        {
            switch (operation)
            {
                case IParameterReferenceOperation { Parameter: var parameter } when IsPolicyErrors(parameter.Type):
                    isErrorsRead = true;
                    break;
                case IPropertyReferenceOperation { Property: { ContainingType: { } type, Name: var name } } when IsOfCertificate(type):
                    if (name is not ("NotAfter" or "NotBefore" or "Subject" or "SubjectName" or "Issuer" or "IssuerName" or "FriendlyName" or "Name" or "ChainStatus"))
                    {
                        return Refuses;
                    }

                    readsStatus |= name is "ChainStatus";
                    readsClaims |= name is "NotAfter" or "NotBefore" or "Subject" or "SubjectName" or "Issuer" or "IssuerName" or "FriendlyName";
                    break;
                case IInvocationOperation { TargetMethod: { ContainingType: { } type, Name: var name } } when IsOfCertificate(type):
                    if (name is not ("GetExpirationDateString" or "GetEffectiveDateString" or "GetNameInfo" or "GetName" or "GetIssuerName" or "ToString" or "Dispose"))
                    {
                        return Refuses;
                    }

                    readsClaims |= name is not ("ToString" or "Dispose");
                    break;
                case IInvocationOperation { TargetMethod: var method } when method.ContainingNamespace?.ToDisplayString() is not { } space || !(space == "System" || space is "System.Linq" or "System.Diagnostics" || space.StartsWith("Microsoft.Extensions.Logging", StringComparison.Ordinal)):
                case IDelegateCreationOperation { Target: IMethodReferenceOperation }:
                    // Code that is not judged here.
                    return Refuses;
                case IInvocationOperation { TargetMethod.Name: "SequenceEqual" or "Invoke" }:
                    return Refuses;
            }
        }

        var acceptsOtherIssuer = (With(values, function, ChainErrors, ImmutableDictionary<string, bool>.Empty) & (Outcomes.True | Outcomes.Unknown)) != 0;
        return readsClaims && !readsStatus && acceptsOtherIssuer ? new CertificateJudgement(CertificateAcceptance.OtherIssuer, null)
            : readsStatus && !readsClaims && !isErrorsRead ? new CertificateJudgement(CertificateAcceptance.OtherName, null)
            : Refuses;
    }

    private static bool IsOfCertificate(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() == "System.Security.Cryptography.X509Certificates";

    /// <summary>Whether a certificate without errors can pass.</summary>
    public static bool CanAccept(IMethodSymbol function, SourceModels sources, CancellationToken cancellationToken) =>
        (With(new ReturnValues(sources, cancellationToken), function, NoErrors, ImmutableDictionary<string, bool>.Empty) & (Outcomes.True | Outcomes.Unknown)) != 0;

    private static CertificateAcceptance Accepts(ReturnValues values, IMethodSymbol function, ImmutableDictionary<string, bool> settings) =>
        With(values, function, NameMismatch | ChainErrors, settings) == Outcomes.True ? CertificateAcceptance.Everything
        : With(values, function, ChainErrors, settings) == Outcomes.True ? CertificateAcceptance.OtherIssuer
        : With(values, function, NameMismatch, settings) == Outcomes.True ? CertificateAcceptance.OtherName
        : CertificateAcceptance.Checked;

    private static Outcomes With(ReturnValues values, IMethodSymbol function, int errors, ImmutableDictionary<string, bool> settings) =>
        values.Evaluate(
            function,
            parameter => IsPolicyErrors(parameter.Type) ? FlowValue.Of((object)errors)
                : ErrorsIn(parameter.Type) is not null ? new FlowValue { IsNotNull = true, PolicyErrors = errors }
                : parameter.Type.IsReferenceType ? FlowValue.NotNull
                : FlowValue.Unknown,
            settings);
}
