using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using WorkersSockets.Analyzers.CodeFixes.Rewriting;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Rewriting;

/// <summary>The shared rewriters on their own: each source marks its anchor with a comment "/*here*/" right in front of it.</summary>
public class RewritingTests
{
    [Theory]
    [InlineData(
        """
        class C
        {
            string M()
            {
                /*here*/var client = new TcpClient();

                // Ask.
                var text = $"a{
                    client}";
                return @"x
        y" + text;
            }
        }
        """,
        """
        class C
        {
            string M()
            {
                /*here*/var client = new TcpClient();

                try
                {
                    // Ask.
                    var text = $"a{
                    client}";
                    return @"x
        y" + text;
                }
                finally
                {
                    client.Close();
                }
            }
        }
        """)]
    [InlineData(
        """
        class C {
        	void M() {
        		/*here*/var client = new TcpClient();
        		Use(client); // why
        		void Use(TcpClient c) { }
        	}
        }
        """,
        """
        class C {
        	void M() {
        		/*here*/var client = new TcpClient();
        		try {
        			Use(client); // why
        		} finally {
        			client.Close();
        		}
        		void Use(TcpClient c) { }
        	}
        }
        """)]
    [InlineData(
        """
        /*here*/var client = new TcpClient();
        var count = client.Available;
        Print();
        void Print() => Console.WriteLine(count);
        """,
        """
        /*here*/var client = new TcpClient();
        try
        {
            var count = client.Available;
            Print();
            void Print() => Console.WriteLine(count);
        }
        finally
        {
            client.Close();
        }

        """)]
    public Task Wraps_the_rest_of_the_block(string before, string after) => ChangesAsync(before, after, (edits, model, at) =>
        TryFinallyWrapper.TryWrap(edits, model, at, "client.Close();"));

    [Fact]
    public Task Hoists_what_later_statements_need() => ChangesAsync(
        """
        class C
        {
            int M()
            {
                /*here*/var client = new TcpClient();
                var count = client.Available;
                client.Connect("a", 1);
                Console.WriteLine(count);
                return count;
            }
        }
        """,
        """
        class C
        {
            int M()
            {
                /*here*/var client = new TcpClient();
                int count;
                try
                {
                    count = client.Available;
                    client.Connect("a", 1);
                }
                finally
                {
                    client.Close();
                }
                Console.WriteLine(count);
                return count;
            }
        }
        """,
        (edits, model, at) => TryFinallyWrapper.TryWrap(edits, model, at, "client.Close();", ((BlockSyntax)at.Parent!).Statements[2]));

    [Theory]
    [InlineData("class C { void M() { /*here*/var client = new TcpClient(); client.Close(); } }")]
    [InlineData(
        """
        class C
        {
            void M(bool x)
            {
                if (x) goto end;
                /*here*/var client = new TcpClient();
                client.Connect("a", 1);
                end:
                Console.WriteLine();
            }
        }
        """)]
    [InlineData(
        """
        class C
        {
            void M()
            {
        #if A
                Console.WriteLine();
        #else
                /*here*/var client = new TcpClient();
                client.Close();
        #endif
                Console.WriteLine();
            }
        }
        """)]
    public Task Refuses_what_can_not_be_wrapped(string source) => RefusesAsync(source, (edits, model, at) => TryFinallyWrapper.TryWrap(edits, model, at, "client.Close();"));

    [Theory]
    [InlineData(LanguageVersion.Latest, false, "        // c\n        /*here*/using var client = new TcpClient();\n        client.Connect(\"a\", 1);\n")]
    [InlineData(LanguageVersion.CSharp7_3, false, "        // c\n        /*here*/using (var client = new TcpClient())\n        {\n            client.Connect(\"a\", 1);\n        }\n")]
    public Task Adds_using(LanguageVersion version, bool isAsync, string body) => ChangesAsync(
        "class C\n{\n    void M()\n    {\n        // c\n        /*here*/var client = new TcpClient();\n        client.Connect(\"a\", 1);\n    }\n}\n",
        "class C\n{\n    void M()\n    {\n" + body + "    }\n}\n",
        (edits, model, at) => UsingDeclaration.TryAdd(edits, model, (LocalDeclarationStatementSyntax)at, isAsync),
        version);

    [Theory]
    [InlineData("class C { void M() { /*here*/var c = new TcpClient(); c = new TcpClient(); } }", false)]
    [InlineData("class C { void M(bool b) { switch (b) { case true: /*here*/var c = new TcpClient(); break; } } }", false)]
    [InlineData("class C { void M() { /*here*/var c = new SslStream(null!); } }", true)]
    public Task Refuses_using_that_does_not_compile(string source, bool isAsync) =>
        RefusesAsync(source, (edits, model, at) => UsingDeclaration.TryAdd(edits, model, (LocalDeclarationStatementSyntax)at, isAsync));

    [Theory]
    [InlineData("        // c\n        /*here*/Console.Write(1); // d\n", "        var a = 1;\n        // c\n        /*here*/Console.Write(1); // d\n        var b = 2;\n")]
    [InlineData("        { /*here*/Console.Write(1); }\n", "        { /*here*/var a = 1; Console.Write(1); var b = 2; }\n")]
    public Task Inserts_statements_around(string before, string after) => ChangesAsync(
        "class C\n{\n    void M()\n    {\n" + before + "    }\n}\n",
        "class C\n{\n    void M()\n    {\n" + after + "    }\n}\n",
        (edits, _, at) => Statements.TryInsertBefore(edits, at, "var a = 1;") && Statements.TryInsertAfter(edits, at, "var b = 2;"));

    [Theory]
    [InlineData("    void M() { Console.Write(1); Console.Write(2); }\n", "    void M()\n    {\n        if (true)\n        {\n        }\n\n        Console.Write(1);\n        Console.Write(2);\n    }\n", true)]
    [InlineData(
        "    void M() { F(() => { Console.Write(0); Console.Write(1); }); Console.Write(2); }\n    void F(Action f) { }\n",
        "    void M()\n    {\n        F(() =>\n        {\n            Console.Write(0);\n            Console.Write(1);\n            if (true)\n            {\n            }\n        });\n        Console.Write(2);\n    }\n    void F(Action f) { }\n",
        false)]
    public Task Spreads_a_block_that_a_longer_one_comes_into(string before, string after, bool isBefore) => ChangesAsync(
        "class C\n{\n" + before + "}\n",
        "class C\n{\n" + after + "}\n",
        (edits, _, _) => isBefore ? Statements.TryInsertBefore(edits, One(edits), "if (true)\n{\n}\n\n") : Statements.TryInsertAfter(edits, One(edits), "if (true)\n{\n}"));

    [Theory]
    [InlineData("        Console.Write(0);\n\n        Console.Write(1);\n\n        Console.Write(2);\n", "        Console.Write(0);\n\n        Console.Write(2);\n")]
    [InlineData("        Console.Write(0);\n\n        Console.Write(1);\n", "        Console.Write(0);\n")]
    [InlineData("        Console.Write(0); Console.Write(1); Console.Write(2);\n", "        Console.Write(0); Console.Write(2);\n")]
    public Task Removes_a_statement_with_its_line(string before, string after) => ChangesAsync(
        "class C\n{\n    void M()\n    {\n" + before + "    }\n}\n",
        "class C\n{\n    void M()\n    {\n" + after + "    }\n}\n",
        (edits, _, _) =>
        {
            Statements.Remove(edits, One(edits));
            return true;
        });

    [Fact]
    public Task Removes_an_empty_line_once() => ChangesAsync(
        "class C\n{\n    void M()\n    {\n        Console.Write(0);\n\n        Console.Write(1);\n    }\n}\n",
        "class C\n{\n    void M()\n    {\n    }\n}\n",
        (edits, _, _) =>
        {
            Statements.Remove(edits, One(edits));
            edits.Remove(TextSpan.FromBounds(edits.Text.Lines[4].Start, edits.Text.Lines[6].Start));
            return true;
        });

    private static StatementSyntax One(SourceEdits edits) => edits.Root.DescendantNodes().OfType<ExpressionStatementSyntax>().Single(statement => statement.ToString() == "Console.Write(1);");

    [Theory]
    [InlineData("        if (x)\n            Console.Write(1);\n", "        if (x)\n        {\n            x = false;\n            Console.Write(1);\n        }\n")]
    [InlineData("        if (x) Console.Write(1); // why\n", "        if (x)\n        {\n            x = false;\n            Console.Write(1); // why\n        }\n")]
    public Task Gives_an_embedded_statement_braces(string before, string after) => ChangesAsync(
        "class C\n{\n    void M(bool x)\n    {\n" + before + "    }\n}\n",
        "class C\n{\n    void M(bool x)\n    {\n" + after + "    }\n}\n",
        (edits, _, _) => Statements.TryInsertBefore(edits, edits.Root.DescendantNodes().OfType<IfStatementSyntax>().Single().Statement, "x = false;"));

    [Fact]
    public async Task Adds_a_helper_once()
    {
        const string helper = "private static int Twice(int x)\n{\n    return 2 * x;\n}";
        const string before = "class C\n{\n    void M()\n    {\n        /*here*/Console.Write(1);\n    }\n\n    int f;\n}\n";
        const string after = "class C\n{\n    void M()\n    {\n        /*here*/Console.Write(1);\n    }\n\n    private static int Twice(int x)\n    {\n        return 2 * x;\n    }\n\n    int f;\n}\n";
        await ChangesAsync(before, after, (edits, model, at) => HelperMethods.AddOnce(edits, model, at, helper) == "Twice");
        await RefusesAsync(after, (edits, model, at) => HelperMethods.AddOnce(edits, model, at, helper) != "Twice");
        await ChangesAsync(before.Replace("\n\n    int f;", "\n    int f;", StringComparison.Ordinal), after, (edits, model, at) => HelperMethods.AddOnce(edits, model, at, helper) == "Twice");
        await ChangesAsync(
            before.Replace("int f;", "int Twice;", StringComparison.Ordinal),
            after.Replace("int f;", "int Twice;", StringComparison.Ordinal).Replace("static int Twice(", "static int Twice2(", StringComparison.Ordinal),
            (edits, model, at) => HelperMethods.AddOnce(edits, model, at, helper) == "Twice2");
        await ChangesAsync(
            "/*here*/Console.Write(1);\n",
            "/*here*/Console.Write(1);\n\nstatic int Twice(int x)\n{\n    return 2 * x;\n}\n",
            (edits, model, at) => HelperMethods.AddOnce(edits, model, at, helper) == "Twice");
    }

    [Theory]
    [InlineData("public Task M() { /*here*/Console.Write(1); return Task.Delay(1); }", "public async Task M() { /*here*/Console.Write(1); await Task.Delay(1); }")]
    [InlineData("public Task<int> M() { /*here*/Console.Write(1); return Task.FromResult(1); }", "public async Task<int> M() { /*here*/Console.Write(1); return 1; }")]
    [InlineData("private void M() { /*here*/Console.Write(1); } async Task N() => M();", "private async Task M() { /*here*/Console.Write(1); } async Task N() => await M();")]
    [InlineData("private void M() { /*here*/Console.Write(1); Task.Run(() => { }); }", "private async Task M() { /*here*/Console.Write(1); _ = Task.Run(() => { }); }")]
    [InlineData("public static void Main() { /*here*/Console.Write(1); }", "public static async Task Main() { /*here*/Console.Write(1); }")]
    [InlineData("Func<Task> F = () => { /*here*/Console.Write(1); return Task.CompletedTask; };", "Func<Task> F = async () => { /*here*/Console.Write(1);  };")]
    public Task Makes_functions_async(string before, string after) =>
        ChangesAsync($"class C {{ {before} }}", $"class C {{ {after} }}", (edits, model, at) => AsyncMethods.TryMakeAsync(edits, model, at));

    [Theory]
    [InlineData("public void M() { /*here*/Console.Write(1); }")]
    [InlineData("private void M() { /*here*/Console.Write(1); } void N() => M();")]
    [InlineData("private void M() { /*here*/Console.Write(1); } Action N() => M;")]
    [InlineData("Task M(ref int x) { /*here*/Console.Write(1); return Task.CompletedTask; }")]
    [InlineData("Task M() { lock (this) { /*here*/Console.Write(1); } return Task.CompletedTask; }")]
    [InlineData("Action F = () => { /*here*/Console.Write(1); };")]
    public Task Leaves_functions_whose_callers_would_notice(string member) =>
        RefusesAsync($"class C {{ {member} }}", (edits, model, at) => AsyncMethods.TryMakeAsync(edits, model, at));

    [Theory]
    [InlineData("// head\n\nclass C { void M() { /*here*/Console.Write(1); } }", "// head\n\nusing System.Diagnostics;\n\nclass C { void M() { /*here*/Console.Write(1); } }")]
    [InlineData("using System.Xml;\nusing Zoo;\nnamespace Zoo { class C { void M() { /*here*/Console.Write(1); } } }", "using System.Diagnostics;\nusing System.Xml;\nusing Zoo;\nnamespace Zoo { class C { void M() { /*here*/Console.Write(1); } } }")]
    public Task Adds_a_using_directive(string before, string after) => ChangesAsync(before, after, (edits, model, at) =>
    {
        Imports.Ensure(edits, model, at.SpanStart, "System.Diagnostics");
        Imports.Ensure(edits, model, at.SpanStart, "System.Diagnostics");
        Imports.Ensure(edits, model, at.SpanStart, "System.Net.Sockets");
        return true;
    });

    [Fact]
    public Task Sorts_using_directives_that_come_to_stand_at_one_place() => ChangesAsync(
        "using System.Diagnostics;\nusing System.Xml;\n\nclass C { void M() { /*here*/Console.Write(1); } }",
        "using System.Diagnostics;\nusing System.Reflection;\nusing System.Reflection.Emit;\nusing System.Xml;\n\nclass C { void M() { /*here*/Console.Write(1); } }",
        (edits, model, at) =>
        {
            Imports.Ensure(edits, model, at.SpanStart, "System.Reflection.Emit");
            Imports.Ensure(edits, model, at.SpanStart, "System.Reflection");
            return true;
        });

    [Fact]
    public Task Lines_that_are_written_into_a_nested_block_move_along() => ChangesAsync(
        """
        class C
        {
            int M(bool test)
            {
                /*here*/var client = new TcpClient();
                if (test)
                    return 1;
                return client.Available;
            }
        }
        """,
        """
        class C
        {
            int M(bool test)
            {
                /*here*/var client = new TcpClient();
                client.Connect("a", 1);
                try
                {
                    if (test)
                    {
                        client.Close();
                        return 1;
                    }
                    return client.Available;
                }
                catch
                {
                    client.Close();
                    throw;
                }
            }
        }
        """,
        (edits, model, at) => Statements.TryInsertAfter(edits, at, "client.Connect(\"a\", 1);")
            && TryFinallyWrapper.TryWrapWith(edits, model, at, "catch", "client.Close();\nthrow;")
            && Statements.TryInsertBefore(edits, edits.Root.DescendantNodes().OfType<ReturnStatementSyntax>().First(), "client.Close();"));

    [Theory]
    [InlineData("{\n        A(/*here*/);\n\n        B();\n    }", "{\n        B();\n    }")]
    [InlineData("{\n        B();\n\n        A(/*here*/);\n\n        B();\n    }", "{\n        B();\n\n        B();\n    }")]
    [InlineData("{\n        B();\n\n        A(/*here*/);\n    }", "{\n        B();\n    }")]
    [InlineData("{\n        B();\n\n\n        A(/*here*/);\n        B();\n    }", "{\n        B();\n\n\n        B();\n    }")]
    [InlineData("{\n        B(); B(); A(/*here*/);\n    }", "{\n        B(); B();\n    }")]
    [InlineData("{\n        B(); A(/*here*/); B();\n    }", "{\n        B(); B();\n    }")]
    public Task Removes_a_statement_and_the_empty_line_that_it_leaves(string before, string after) => ChangesAsync(
        $"class C\n{{\n    void M()\n    {before}\n    void A() {{ }}\n    void B() {{ }}\n}}\n",
        $"class C\n{{\n    void M()\n    {after}\n    void A() {{ }}\n    void B() {{ }}\n}}\n",
        (edits, _, at) =>
        {
            Statements.Remove(edits, at);
            return true;
        });

    [Fact]
    public Task Inserts_no_second_empty_line() => ChangesAsync(
        "class C\n{\n    void M()\n    {\n        A(/*here*/);\n\n        A();\n    }\n    void A() { }\n}\n",
        "class C\n{\n    void M()\n    {\n        A(/*here*/);\n        A();\n\n        A();\n    }\n    void A() { }\n}\n",
        (edits, _, at) => Statements.TryInsertAfter(edits, at, "A();\n\n"));

    [Fact]
    public Task Spreads_all_clauses_of_a_statement_on_one_line() => ChangesAsync(
        "class C\n{\n    void M() { try { Console.Write(/*here*/1); } catch (Exception) when (true) { Console.Write(2); } finally { Console.Write(3); } if (true) { Console.Write(4); } else { Console.Write(5); } }\n}\n",
        """
        class C
        {
            void M()
            {
                try
                {
                    Console.Write(0);
                    Console.Write(0);
                    Console.Write(/*here*/1);
                }
                catch (Exception) when (true)
                {
                    Console.Write(2);
                }
                finally
                {
                    Console.Write(3);
                }
                if (true) { Console.Write(4); } else { Console.Write(5); }
            }
        }

        """,
        (edits, _, at) => Statements.TryInsertBefore(edits, at, "Console.Write(0);\nConsole.Write(0);"));

    [Fact]
    public Task What_replaces_a_statement_stays_on_the_line_that_two_methods_share() => ChangesAsync(
        "class C { void M() { /*here*/M(); } void N() { } }",
        "class C { void M() { /*here*/N(); M(); } void N() { } }",
        (edits, _, at) =>
        {
            Statements.Replace(edits, at, "N();\nM();");
            return true;
        });

    [Theory]
    [InlineData("void M(int timeout) { /*here*/var timeout2 = 1; }", "timeout3")]
    [InlineData("void M(int timeouts) { /*here*/M(1); }", "timeout")]
    // What stands in a block beside, or belongs to another lambda or handler, cannot be seen.
    [InlineData("void M() { { var timeout = 1; } { /*here*/M(); } }", "timeout")]
    [InlineData("void M() { Action<int> a = timeout => { }; if (a is not null) { /*here*/M(); } }", "timeout")]
    [InlineData("void M() { try { } catch (Exception timeout) { } finally { /*here*/M(); } }", "timeout")]
    [InlineData("void M() { foreach (var timeout in new int[1]) { } /*here*/M(); }", "timeout2")]
    [InlineData("void M() { { /*here*/M(); } var timeout = 1; }", "timeout2")]
    [InlineData("void M() { /*here*/M(); { var timeout = 1; } }", "timeout2")]
    [InlineData("void M(int n) { switch (n) { case 1: var timeout = 1; break; default: /*here*/M(n); break; } }", "timeout2")]
    [InlineData("int timeout; void M() { /*here*/M(); timeout = 1; }", "timeout2")]
    public async Task Finds_free_names(string member, string expected)
    {
        var (_, _, at) = await ParseAsync($"class C {{ {member} }}", LanguageVersion.Latest);
        Assert.Equal(expected, UniqueNames.ForLocal(at, "timeout"));
    }

    private static async Task ChangesAsync(string before, string after, Func<SourceEdits, SemanticModel, StatementSyntax, bool> rewrite, LanguageVersion version = LanguageVersion.Latest)
    {
        var (edits, model, at) = await ParseAsync(before, version);
        Assert.True(rewrite(edits, model, at), "The rewriter refused.");
        Assert.Equal(after, edits.Apply().ToString());
        Assert.Empty(CSharpSyntaxTree.ParseText(after, new CSharpParseOptions(version), cancellationToken: TestContext.Current.CancellationToken).GetDiagnostics(TestContext.Current.CancellationToken));
    }

    private static async Task RefusesAsync(string source, Func<SourceEdits, SemanticModel, StatementSyntax, bool> rewrite)
    {
        var (edits, model, at) = await ParseAsync(source, LanguageVersion.Latest);
        Assert.False(rewrite(edits, model, at), "The rewriter accepted.");
        Assert.True(edits.IsEmpty);
    }

    private static async Task<(SourceEdits Edits, SemanticModel Model, StatementSyntax At)> ParseAsync(string source, LanguageVersion version)
    {
        var compilation = Verify.Compile(On.DotNet, source);
        var tree = compilation.SyntaxTrees.Single(candidate => candidate.FilePath == "Test.cs");
        if (version != LanguageVersion.Latest)
        {
            compilation = compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version), "Test.cs"));
            tree = compilation.SyntaxTrees.Single();
        }

        var root = await tree.GetRootAsync(TestContext.Current.CancellationToken);
        var at = root.FindToken(Math.Max(0, source.IndexOf("/*here*/", StringComparison.Ordinal)) + "/*here*/".Length).Parent!.FirstAncestorOrSelf<StatementSyntax>()!;
        return (new SourceEdits(root, await tree.GetTextAsync(TestContext.Current.CancellationToken)), compilation.GetSemanticModel(tree), at);
    }
}
