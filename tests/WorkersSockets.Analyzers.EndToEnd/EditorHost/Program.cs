using System.Text.Json;
using WorkersSockets.Analyzers.EndToEnd.EditorHost;

// One request a line on standard input, one answer a line on standard output, until the input ends.
using var editor = await Editor.OpenProjectAsync(args[0]);
while (await Console.In.ReadLineAsync() is { } line)
{
    object? answer;
    try
    {
        var request = JsonSerializer.Deserialize<string[]>(line)!;
        answer = request switch
        {
            ["open", var file] => editor.Open(file),
            ["finds"] => await editor.FindsAsync(),
            ["actions", var id] => await editor.ActionsAsync(id),
            ["preview", var id, var title] => await editor.PreviewAsync(id, title),
            ["apply", var id, var title] => await editor.ApplyAsync(id, title),
            ["fixall", var id, var title, var scope] => await editor.FixAllAsync(id, title, scope),
            ["replace", var old, var replacement] => await editor.ReplaceAsync(old, replacement),
            ["text"] => await editor.TextAsync(),
            _ => throw new InvalidOperationException("No such request: " + line),
        };
    }
    catch (Exception failure)
    {
        answer = new { Failure = failure.ToString() };
    }

    Console.WriteLine(JsonSerializer.Serialize(answer));
}
