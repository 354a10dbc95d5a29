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
        "async Task<string> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        results.AddRange(await Task.WhenAll(batch.Select(host => ProbeAsync(host))));\n    }\n\n    return string.Join(\",\", results);\n}")]
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
        "static async Task<Response> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        foreach (var result in await Task.WhenAll(batch.Select(ProbeAsync)))\n        {\n            results.Add(result);\n        }\n    }\n\n    return Response.Json(results);\n}")]
    [InlineData(
        "static async Task<bool[]> M(string[] hosts)\n{\n    return await Task.WhenAll({|WSK2001:hosts.Select(async host =>\n    {\n        return await ProbeAsync(host);\n    })|});\n}",
        "static async Task<bool[]> M(string[] hosts)\n{\n    var results = new List<bool>();\n    foreach (var batch in hosts.Chunk(6))\n    {\n        foreach (var result in await Task.WhenAll(batch.Select(async host =>\n        {\n            return await ProbeAsync(host);\n        })))\n        {\n            results.Add(result);\n        }\n    }\n\n    return [.. results];\n}")]
    // Each task opens several.
    [InlineData(
        "static async Task M()\n{\n    var first = FourAsync(\"a\");\n    var second = {|WSK2001:FourAsync(\"b\")|};\n    await Task.WhenAll(first, second);\n}\n\nstatic Task FourAsync(string host) => Task.WhenAll(ProbeAsync(host), ProbeAsync(host), ProbeAsync(host), ProbeAsync(host));",
        "static async Task M()\n{\n    var first = FourAsync(\"a\");\n    await first;\n    var second = FourAsync(\"b\");\n    await Task.WhenAll(first, second);\n}\n\nstatic Task FourAsync(string host) => Task.WhenAll(ProbeAsync(host), ProbeAsync(host), ProbeAsync(host), ProbeAsync(host));")]
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
    // A number that is there, only too high: of a semaphore, a constant, a batch, a window, consumers of a queue.
    [InlineData("{|WSK2001:hosts.Select(One)|}", "private readonly SemaphoreSlim gate = new(50, 50);", "private readonly SemaphoreSlim gate = new(6, 6);")]
    [InlineData("{|WSK2001:hosts.Select(One)|}", "private const int Most = 32; private readonly SemaphoreSlim gate = new(Most);", "private const int Most = 6; private readonly SemaphoreSlim gate = new(Most);")]
    public Task A_semaphore_is_narrowed(string join, string before, string after)
    {
        string Method(string gate, string projection) => $"{gate}\n\nTask<bool[]> M(string[] hosts) => Task.WhenAll({projection});\n\nasync Task<bool> One(string host)\n{{\n    await gate.WaitAsync();\n    try {{ return await ProbeAsync(host); }} finally {{ gate.Release(); }}\n}}";
        return Verify.FixAsync<BoundConnects>(Id, "LowerBound", On.DotNet, Source(On.DotNet, Method(before, join)), Source(On.DotNet, Method(after, "hosts.Select(One)")));
    }

    [Theory]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(50))\n    {\n        await Task.WhenAll({|WSK2001:batch.Select(host => ProbeAsync(host))|});\n    }\n}",
        "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(6))\n    {\n        await Task.WhenAll(batch.Select(host => ProbeAsync(host)));\n    }\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var running = new List<Task>();\n    foreach (var host in hosts)\n    {\n        {|WSK2001:running.Add(ProbeAsync(host))|};\n        if (running.Count >= 16)\n        {\n            await Task.WhenAll(running);\n            running.Clear();\n        }\n    }\n\n    await Task.WhenAll(running);\n}",
        "async Task M(string[] hosts)\n{\n    var running = new List<Task>();\n    foreach (var host in hosts)\n    {\n        running.Add(ProbeAsync(host));\n        if (running.Count >= 6)\n        {\n            await Task.WhenAll(running);\n            running.Clear();\n        }\n    }\n\n    await Task.WhenAll(running);\n}")]
    [InlineData(
        "async Task M(System.Collections.Concurrent.ConcurrentQueue<string> queue)\n{\n    await Task.WhenAll({|WSK2001:Enumerable.Range(0, 20).Select(_ => WorkAsync())|});\n\n    async Task WorkAsync()\n    {\n        while (queue.TryDequeue(out var host))\n        {\n            await ProbeAsync(host);\n        }\n    }\n}",
        "async Task M(System.Collections.Concurrent.ConcurrentQueue<string> queue)\n{\n    await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => WorkAsync()));\n\n    async Task WorkAsync()\n    {\n        while (queue.TryDequeue(out var host))\n        {\n            await ProbeAsync(host);\n        }\n    }\n}")]
    public Task A_bound_is_lowered(string before, string after) => Verify.FixAsync<BoundConnects>(Id, "LowerBound", On.DotNet, Source(On.DotNet, before), Source(On.DotNet, after));

    [Theory]
    // Results without a name, tasks that are taken as they come, and failures that are handled one by one: a batch would not do.
    [InlineData(
        "async Task<object> M(string[] hosts)\n{\n    return await Task.WhenAll({|WSK2001:hosts.Select(async host =>\n    {\n        var up = await ProbeAsync(host);\n        return new { host, up };\n    })|});\n}",
        "async Task<object> M(string[] hosts)\n{\n    using var gate = new SemaphoreSlim(6);\n    return await Task.WhenAll(hosts.Select(async host =>\n    {\n        await gate.WaitAsync();\n        try\n        {\n            var up = await ProbeAsync(host);\n            return new { host, up };\n        }\n        finally\n        {\n            gate.Release();\n        }\n    }));\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var first = await Task.WhenAny({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}",
        "async Task M(string[] hosts)\n{\n    var gate = new SemaphoreSlim(6);\n    var first = await Task.WhenAny(hosts.Select(async host =>\n    {\n        await gate.WaitAsync();\n        try\n        {\n            return await ProbeAsync(host);\n        }\n        finally\n        {\n            gate.Release();\n        }\n    }));\n}")]
    [InlineData(
        "async Task M(string[] hosts)\n{\n    var tasks = {|WSK2001:hosts.Select(host => ProbeAsync(host))|}.ToList();\n    foreach (var task in tasks)\n    {\n        try { await task; } catch (SocketException) { }\n    }\n}",
        "async Task M(string[] hosts)\n{\n    var gate = new SemaphoreSlim(6);\n    var tasks = hosts.Select(async host =>\n    {\n        await gate.WaitAsync();\n        try\n        {\n            return await ProbeAsync(host);\n        }\n        finally\n        {\n            gate.Release();\n        }\n    }).ToList();\n    foreach (var task in tasks)\n    {\n        try { await task; } catch (SocketException) { }\n    }\n}")]
    public Task A_projection_goes_through_a_semaphore(string before, string after) => Verify.FixAsync<BoundConnects>(Id, "Gate", On.DotNet, Source(On.DotNet, before), Source(On.DotNet, after));

    [Theory]
    [InlineData(
        "void M(string[] hosts)\n{\n    foreach (var host in hosts)\n    {\n        _ = {|WSK2001:ProbeAsync(host)|};\n    }\n}",
        "void M(string[] hosts)\n{\n    _ = Parallel.ForEachAsync(hosts, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (host, _) => await ProbeAsync(host));\n}")]
    [InlineData(
        "void M(List<string> hosts)\n{\n    foreach (var host in hosts) _ = {|WSK2001:Task.Run(() => ProbeAsync(host))|};\n}",
        "void M(List<string> hosts)\n{\n    _ = Parallel.ForEachAsync(hosts.ToList(), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (host, _) => await Task.Run(() => ProbeAsync(host)));\n}")]
    public Task Work_that_nothing_waits_for_gets_a_degree(string before, string after) => Verify.FixAsync<BoundConnects>(Id, "MaxDegree", On.DotNet, Source(On.DotNet, before), Source(On.DotNet, after));

    private const string Tasks = "var a = ProbeAsync(\"a\");\n    var b = ProbeAsync(\"b\");\n    var c = ProbeAsync(\"c\");\n    var d = ProbeAsync(\"d\");\n    var e = ProbeAsync(\"e\");\n    var f = ProbeAsync(\"f\");\n";
    private const string Calls = "ProbeAsync(\"a\"), ProbeAsync(\"b\"), ProbeAsync(\"c\"), ProbeAsync(\"d\"), ProbeAsync(\"e\"), ProbeAsync(\"f\")";

    [Theory]
    [InlineData(On.DotNet, Tasks + "    var g = {|WSK2001:ProbeAsync(\"g\")|};\n    return await a && await b && await c && await d && await e && await f && await g;", Tasks + "    await Task.WhenAll(a, b, c, d, e, f);\n    var g = ProbeAsync(\"g\");\n    return await a && await b && await c && await d && await e && await f && await g;")]
    [InlineData(On.Workers, Tasks + "    var g = {|WSK2001:ProbeAsync(\"g\")|};\n    return await a && await b && await c && await d && await e && await f && await g;", Tasks + "    await Task.WhenAll(a, b, c, d, e, f);\n    var g = ProbeAsync(\"g\");\n    return await a && await b && await c && await d && await e && await f && await g;")]
    [InlineData(On.DotNet, "await {|WSK2001:Task.WhenAll(" + Calls + ", ProbeAsync(\"g\"))|};\n    return true;", "await Task.WhenAll(" + Calls + ");\n    await Task.WhenAll(ProbeAsync(\"g\"));\n    return true;")]
    [InlineData(On.Workers, "var all = await {|WSK2001:Task.WhenAll(" + Calls + ", ProbeAsync(\"g\"))|};\n    return all[0];", "bool[] all = [.. await Task.WhenAll(" + Calls + "), .. await Task.WhenAll(ProbeAsync(\"g\"))];\n    return all[0];")]
    public Task Tasks_in_a_row_are_joined_in_between(On on, string before, string after)
    {
        string Method(string body) => $"static async Task<bool> M()\n{{\n    {body}\n}}";
        return Verify.FixAsync<BoundConnects>(Id, "Batch", on, Source(on, Method(before)), Source(on, Method(after)));
    }

    [Theory]
    // A task inside of something else, and sockets that are open together because the code wants them so.
    [InlineData("async Task M(string[] hosts)\n{\n    var running = {|WSK2001:hosts.Select(host => (Host: host, Task: ProbeAsync(host)))|}.ToList();\n    foreach (var (host, task) in running) Console.WriteLine(host + await task);\n}")]
    [InlineData("void M(List<string> hosts)\n{\n    {|WSK2001:hosts.ForEach(async host => await ProbeAsync(host))|};\n}")]
    [InlineData("async Task M(string[] hosts)\n{\n    await Task.WhenAny({|WSK2001:hosts.Select(One)|});\n\n    static Task<bool> One(string host) => ProbeAsync(host);\n}")]
    public Task Not_offered_where_nothing_right_can_be_written(string method) => Verify.NotFixableAsync<BoundConnects>(Id, On.DotNet, Source(On.DotNet, method));

    [Fact]
    public Task The_limit_is_an_option() => Verify.FixAsync<BoundConnects>(
        Id,
        "Batch",
        On.DotNet,
        Source(On.DotNet, "async Task M(string[] hosts)\n{\n    await Task.WhenAll({|WSK2001:hosts.Select(host => ProbeAsync(host))|});\n}"),
        Source(On.DotNet, "async Task M(string[] hosts)\n{\n    foreach (var batch in hosts.Chunk(3))\n    {\n        await Task.WhenAll(batch.Select(host => ProbeAsync(host)));\n    }\n}"),
        editorconfig: "workers_sockets.max_concurrent_connects = 3");
}
