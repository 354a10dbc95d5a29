using WorkersSockets.Analyzers.CodeFixes.Connections;
using WorkersSockets.Analyzers.Tests.Testing;
using Xunit;

namespace WorkersSockets.Analyzers.Tests.Connections;

public class BoundConnectsTests
{
    private const string Id = "WSK2001";

    private static string Source(On on, string method) => (on == On.Workers
        ? """
          static class Worker
          {
          METHOD

              private static async Task<bool> ProbeAsync(string host)
              {
                  var socket = TcpSocket.Connect(host, 7000);
                  await socket.OpenedAsync();
                  await socket.CloseAsync();
                  return true;
              }
          }
          """
        : """
          class Scanner
          {
          METHOD

              private static async Task<bool> ProbeAsync(string host, CancellationToken token = default)
              {
                  using var client = new TcpClient();
                  await client.ConnectAsync(host, 80, token);
                  return client.Connected;
              }
          }
          """).Replace("METHOD", string.Join('\n', method.Split('\n').Select(line => line.Length == 0 ? line : "    " + line)));

    [Theory]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}",
        "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(6))\n    {\n        await Task.WhenAll(batch.Select(host => ProbeAsync(host)));\n    }\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select(async host =>\n    {\n        // One at a time.\n        await ProbeAsync(host);\n    })|}).ConfigureAwait(false);\n}",
        "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(6))\n    {\n        await Task.WhenAll(batch.Select(async host =>\n        {\n            // One at a time.\n            await ProbeAsync(host);\n        })).ConfigureAwait(false);\n    }\n}")]
    [InlineData(
        "async Task<int> M(string[] hosts)\n{\n    var results = await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n    return results.Count(answers => answers);\n}",
        "async Task<int> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n    return results.Count(answers => answers);\n}")]
    [InlineData(
        "async Task<int> M(string[] hosts)\n{\n    var results = await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n    return results.Length;\n}",
        "async Task<int> M(string[] hosts)\n{\n    var collected = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        collected.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    var results = collected.ToArray();\n    return results.Length;\n}")]
    [InlineData(
        "async Task<bool[]> M(string[] hosts)\n{\n    return await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}",
        "async Task<bool[]> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    return results.ToArray();\n}")]
    [InlineData(
        "Task<bool[]> M(string[] hosts)\n{\n    return Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}",
        "async Task<bool[]> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    return results.ToArray();\n}")]
    [InlineData(
        "public Task<bool[]> M(string[] hosts) =>\n    Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});",
        "public async Task<bool[]> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    return results.ToArray();\n}")]
    // With an index, or as a query, the lazy projection itself is cut: its tasks start batch by batch.
    [InlineData(
        "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select((host, index) => ProbeAsync(host + index))|});\n}",
        "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Select((host, index) => ProbeAsync(host + index)).Chunk(6))\n    {\n        await Task.WhenAll(batch);\n    }\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:from host in hosts select ProbeAsync(host)|});\n}",
        "async Task M(string[] hosts)\n{\n    foreach (var batch in (from host in hosts select ProbeAsync(host)).Chunk(6))\n    {\n        await Task.WhenAll(batch);\n    }\n}")]
    // Loops that collect.
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    for (var index = 0; index < hosts.Length; index++)\n    {\n        var host = hosts[index];\n        {|WSK2001:tasks.Add(ProbeAsync(host))|};\n    }\n\n    await Task.WhenAll(tasks);\n}",
        "async Task M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    for (var index = 0; index < hosts.Length; index++)\n    {\n        var host = hosts[index];\n        tasks.Add(ProbeAsync(host));\n        if (tasks.Count == 6)\n        {\n            await Task.WhenAll(tasks);\n            tasks.Clear();\n        }\n    }\n\n    await Task.WhenAll(tasks);\n}")]
    // Results are used: the tasks stay, each batch is waited for.
    [InlineData(
        "async Task<int> M(string[] hosts)\n{\n    var tasks = new List<Task<bool>>();\n    foreach (var host in hosts)\n    {\n        {|WSK2001:tasks.Add(ProbeAsync(host))|};\n    }\n\n    var results = await Task.WhenAll(tasks);\n    return results.Length;\n}",
        "async Task<int> M(string[] hosts)\n{\n    var tasks = new List<Task<bool>>();\n    foreach (var host in hosts)\n    {\n        tasks.Add(ProbeAsync(host));\n        if (tasks.Count % 6 == 0)\n        {\n            await Task.WhenAll(tasks);\n        }\n    }\n\n    var results = await Task.WhenAll(tasks);\n    return results.Length;\n}")]
    [InlineData(
        "void M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    foreach (var host in hosts)\n    {\n        {|WSK2001:tasks.Add(Task.Run(() => ProbeAsync(host)))|};\n    }\n\n    Task.WaitAll(tasks.ToArray());\n}",
        "void M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    foreach (var host in hosts)\n    {\n        tasks.Add(Task.Run(() => ProbeAsync(host)));\n        if (tasks.Count % 6 == 0)\n        {\n            Task.WaitAll(tasks.ToArray());\n        }\n    }\n\n    Task.WaitAll(tasks.ToArray());\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var tasks = new Task<bool>[hosts.Length];\n    for (var i = 0; i < hosts.Length; i++)\n    {\n        {|WSK2001:tasks[i] = ProbeAsync(hosts[i])|};\n    }\n\n    await Task.WhenAll(tasks);\n}",
        "async Task M(string[] hosts)\n{\n    var tasks = new Task<bool>[hosts.Length];\n    for (var i = 0; i < hosts.Length; i++)\n    {\n        tasks[i] = ProbeAsync(hosts[i]);\n        if ((i + 1) % 6 == 0)\n        {\n            await Task.WhenAll(tasks.Take(i + 1));\n        }\n    }\n\n    await Task.WhenAll(tasks);\n}")]
    [InlineData(
        "async Task<bool> M(string[] hosts)\n{\n    var tasks = new Dictionary<string, Task<bool>>();\n    foreach (var host in hosts)\n    {\n        {|WSK2001:tasks[host] = ProbeAsync(host)|};\n    }\n\n    await Task.WhenAll(tasks.Values);\n    return tasks[\"a\"].Result;\n}",
        "async Task<bool> M(string[] hosts)\n{\n    var tasks = new Dictionary<string, Task<bool>>();\n    foreach (var host in hosts)\n    {\n        tasks[host] = ProbeAsync(host);\n        if (tasks.Count % 6 == 0)\n        {\n            await Task.WhenAll(tasks.Values);\n        }\n    }\n\n    await Task.WhenAll(tasks.Values);\n    return tasks[\"a\"].Result;\n}")]
    // Lists of tasks that are joined, or looked at, later.
    [InlineData(
        "async Task<int> M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToList(); // all at once\n    Console.WriteLine(\"started\");\n    var results = await Task.WhenAll(tasks);\n    return results.Length;\n}",
        "async Task<int> M(string[] hosts)\n{\n    var tasks = new List<Task<bool>>(); // all at once\n    foreach (var batch in hosts.Chunk(6))\n    {\n        tasks.AddRange(batch.Select(host => ProbeAsync(host)));\n        await Task.WhenAll(tasks);\n    }\n\n    Console.WriteLine(\"started\");\n    var results = await Task.WhenAll(tasks);\n    return results.Length;\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts\n        .Where(host => host.Length > 0)\n        .Select(host => ProbeAsync(host))|}\n        .ToArray();\n\n    await Task.WhenAll(tasks);\n    Console.WriteLine(tasks.Length);\n}",
        "async Task M(string[] hosts)\n{\n    var started = new List<Task<bool>>();\n    foreach (var batch in hosts.Where(host => host.Length > 0).Chunk(6))\n    {\n        started.AddRange(batch.Select(host => ProbeAsync(host)));\n        await Task.WhenAll(started);\n    }\n\n    var tasks = started.ToArray();\n\n    await Task.WhenAll(tasks);\n    Console.WriteLine(tasks.Length);\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var checks = {|WSK2001:hosts.Select((host, index) => ProbeAsync(host + index))|};\n    foreach (var up in await Task.WhenAll(checks))\n    {\n        Console.WriteLine(up);\n    }\n}",
        "async Task M(string[] hosts)\n{\n    var checks = new List<Task<bool>>();\n    foreach (var batch in hosts.Select((host, index) => ProbeAsync(host + index)).Chunk(6))\n    {\n        checks.AddRange(batch);\n        await Task.WhenAll(checks);\n    }\n\n    foreach (var up in await Task.WhenAll(checks))\n    {\n        Console.WriteLine(up);\n    }\n}")]
    // The results are part of a larger expression.
    [InlineData(
        "async Task<int> M(string[] hosts)\n{\n    return (await Task.WhenAll({|WSK2001:hosts.Select(ProbeOne)|})).Count(up => up);\n    static Task<bool> ProbeOne(string host) => ProbeAsync(host);\n}",
        "async Task<int> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(ProbeOne)));\n    }\n\n    return results.Count(up => up);\n    static Task<bool> ProbeOne(string host) => ProbeAsync(host);\n}")]
    [InlineData(
        "async Task<string> M(string[] hosts)\n{\n    return string.Join(\",\", await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|}));\n}",
        "async Task<string> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    return string.Join(\",\", results.ToArray());\n}")]
    [InlineData(
        "void M(string[] hosts)\n{\n    Task.WaitAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToArray());\n}",
        "void M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(6))\n    {\n        Task.WaitAll(batch.Select(host => ProbeAsync(host)).ToArray());\n    }\n}")]
    public Task Batched_on_dotnet(string before, string after) => Verify.FixAsync<BoundConnects>(Id, "Batch", On.DotNet, Source(On.DotNet, before), Source(On.DotNet, after));

    [Theory]
    [InlineData(
        "static async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select(ProbeAsync)|});\n}",
        "static async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(6))\n    {\n        await Task.WhenAll(batch.Select(ProbeAsync));\n    }\n}")]
    [InlineData(
        "static async Task<bool[]> M(string[] hosts)\n{\n    return await Task.WhenAll({|WSK2001:hosts.Select(ProbeAsync)|});\n}",
        "static async Task<bool[]> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        foreach (var result in await Task.WhenAll(batch.Select(ProbeAsync)))\n        {\n            results.Add(result);\n        }\n    }\n\n    return [.. results];\n}")]
    [InlineData(
        "static async Task M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    foreach (var host in hosts)\n    {\n        {|WSK2001:tasks.Add(ProbeAsync(host))|};\n    }\n\n    await Task.WhenAll(tasks);\n}",
        "static async Task M(string[] hosts)\n{\n    var tasks = new List<Task>();\n    foreach (var host in hosts)\n    {\n        tasks.Add(ProbeAsync(host));\n        if (tasks.Count == 6)\n        {\n            await Task.WhenAll(tasks);\n            tasks = new List<Task>();\n        }\n    }\n\n    await Task.WhenAll(tasks);\n}")]
    [InlineData(
        "static async Task<Response> M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToList();\n    var results = await Task.WhenAll(tasks);\n    return Response.Json(results);\n}",
        "static async Task<Response> M(string[] hosts)\n{\n    var tasks = new List<Task<bool>>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        foreach (var task in batch.Select(host => ProbeAsync(host)))\n        {\n            tasks.Add(task);\n        }\n\n        await Task.WhenAll(tasks);\n    }\n\n    var results = await Task.WhenAll(tasks);\n    return Response.Json(results);\n}")]
    [InlineData(
        "static async Task<Response> M(string[] hosts)\n{\n    return Response.Json(await Task.WhenAll({|WSK2001:hosts.Select(ProbeAsync)|}));\n}",
        "static async Task<Response> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        foreach (var result in await Task.WhenAll(batch.Select(ProbeAsync)))\n        {\n            results.Add(result);\n        }\n    }\n\n    return Response.Json(results.ToArray());\n}")]
    public Task Batched_on_Workers(string before, string after) => Verify.FixAsync<BoundConnects>(Id, "Batch", On.Workers, Source(On.Workers, before), Source(On.Workers, after));

    [Theory]
    [InlineData("Parallel.ForEach(hosts, Go)", "Parallel.ForEach(hosts, new ParallelOptions { MaxDegreeOfParallelism = 6 }, Go)")]
    [InlineData("Parallel.For(0, hosts.Length, index => Go(hosts[index]))", "Parallel.For(0, hosts.Length, new ParallelOptions { MaxDegreeOfParallelism = 6 }, index => Go(hosts[index]))")]
    [InlineData("Parallel.ForEach(hosts, new ParallelOptions { MaxDegreeOfParallelism = 32 }, Go)", "Parallel.ForEach(hosts, new ParallelOptions { MaxDegreeOfParallelism = 6 }, Go)")]
    [InlineData("hosts.AsParallel().ForAll(Go)", "hosts.AsParallel().WithDegreeOfParallelism(6).ForAll(Go)")]
    [InlineData("hosts.AsParallel().WithDegreeOfParallelism(40).ForAll(Go)", "hosts.AsParallel().WithDegreeOfParallelism(6).ForAll(Go)")]
    [InlineData("Parallel.ForEach(hosts, new ParallelOptions { CancellationToken = token }, Go)", "Parallel.ForEach(hosts, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = token }, Go)")]
    public Task Parallel_gets_a_degree(string before, string after)
    {
        const string Method = "void M(string[] hosts, CancellationToken token)\n{\n    CALL;\n}\n\nstatic void Go(string host)\n{\n    using var client = new TcpClient(host, 80);\n}";
        return Verify.FixAsync<BoundConnects>(
            Id, "MaxDegree", On.DotNet, Source(On.DotNet, Method.Replace("CALL", $"{{|WSK2001:{before}|}}")), Source(On.DotNet, Method.Replace("CALL", after)));
    }

    [Theory]
    [InlineData("async Task M(string[] hosts)\n{\n    var first = await Task.WhenAny({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}")]
    [InlineData("void M(string[] hosts)\n{\n    foreach (var host in hosts) { _ = {|WSK2001:ProbeAsync(host)|}; }\n}")]
    // Each failure is handled for itself, which the join of a batch would hide.
    [InlineData("async Task M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToList();\n    foreach (var task in tasks)\n    {\n        try { await task; } catch (SocketException) { }\n    }\n}")]
    [InlineData("List<Task<bool>> M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToList();\n    return tasks;\n}")]
    public Task Not_offered_where_batches_change_the_meaning(string method) => Verify.NotFixableAsync<BoundConnects>(Id, On.DotNet, Source(On.DotNet, method));

    [Fact]
    public Task The_limit_is_an_option() => Verify.FixAsync<BoundConnects>(
        Id,
        "Batch",
        On.DotNet,
        Source(On.DotNet, "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}"),
        Source(On.DotNet, "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(3))\n    {\n        await Task.WhenAll(batch.Select(host => ProbeAsync(host)));\n    }\n}"),
        editorconfig: "workers_sockets.max_concurrent_connects = 3");
}
