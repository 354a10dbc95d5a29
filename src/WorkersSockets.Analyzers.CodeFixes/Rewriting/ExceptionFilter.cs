using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WorkersSockets.Analyzers.CodeFixes.Rewriting;

/// <summary>Writes the filter of a catch clause.</summary>
internal static class ExceptionFilter
{
    /// <summary>A condition that holds for two types of exception; a pattern where the language version of <paramref name="at"/> has it.</summary>
    public static string Either(SyntaxNode at, string name, string first, string second) =>
        ((CSharpParseOptions)at.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp9
            ? $"{name} is {first} or {second}"
            : $"{name} is {first} || {name} is {second}";
}
