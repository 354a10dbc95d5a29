using System.Collections.Concurrent;
using WorkersSockets.Analyzers.Tests.Robustness;

namespace WorkersSockets.Analyzers.Tests.Explorer;

/// <summary>What an exploration has come to.</summary>
/// <param name="Pairs">How many pairs of source and variant were looked at.</param>
/// <param name="Runs">How many actions were carried out.</param>
/// <param name="Complaints">What was wrong, in order.</param>
/// <param name="Idle">The variants that no source had anything for, and the fixes that offered nothing anywhere.</param>
internal sealed record Exploration(int Pairs, int Runs, IReadOnlyList<string> Complaints, IReadOnlyList<string> Idle)
{
    /// <summary>Explores the corpus, or the part whose sources and variants have these texts in their names.</summary>
    /// <param name="total">How many pairs at most.</param>
    /// <param name="seed">Which pairs come first.</param>
    /// <param name="heard">Gets each complaint as soon as there is one.</param>
    public static async Task<Exploration> RunAsync(int total, int seed, string only, string onlyVariant, Action<string> heard, CancellationToken token)
    {
        // Ordered by hash, so that the part that a normal run takes is spread over sources and variants, and the same each time.
        var cases = Corpus.All.SelectMany(source => Variants.All.Where(variant => variant.Only is null || variant.Only == source.Surface).Select(variant => (Source: source, Variant: variant)))
            .Where(pair => pair.Source.Name.Contains(only, StringComparison.Ordinal) && pair.Variant.Name.Contains(onlyVariant, StringComparison.Ordinal))
            .OrderBy(pair => Hash(seed + pair.Source.Name + pair.Variant.Name)).ToList();
        return await RunAsync(cases, total, heard, token);
    }

    /// <summary>Explores pairs of source and variant.</summary>
    public static async Task<Exploration> RunAsync(IReadOnlyList<(CorpusSource Source, Variant Variant)> cases, int total, Action<string> heard, CancellationToken token)
    {
        var complaints = new ConcurrentBag<string>();
        var explorer = new FixExplorer();
        var originals = new ConcurrentDictionary<CorpusSource, Lazy<Task<string?>>>();
        var applied = new ConcurrentDictionary<string, bool>();
        var looked = 0;
        void Complain(string complaint)
        {
            complaints.Add(complaint);
            heard(complaint);
        }

        await Parallel.ForEachAsync(cases, Probe.Parallelism(token), async (pair, token) =>
        {
            var (source, variant) = pair;
            if (Volatile.Read(ref looked) >= total || await originals.GetOrAdd(source, _ => new(() => IdsAsync(explorer, source, token))).Value is not { } wanted || variant.Rewrite(source.Surface, source.Code) is not { } code)
            {
                return;
            }

            // Rewrites that do not compile promise nothing.
            var before = await Snapshot.OfAsync(await explorer.DocumentAsync(variant.Platform, source, code), source.Surface, token);
            if (before.HasErrors)
            {
                return;
            }

            Interlocked.Increment(ref looked);
            applied[variant.Name] = true;
            if (Without(before.Ids, variant.Hides) != Without(wanted, variant.Hides))
            {
                Complain($"{source}, {variant.Name}: finds {before.Ids}, not {wanted}\n{code}");
            }

            try
            {
                foreach (var complaint in await explorer.ExploreAsync(before, source.Surface, token))
                {
                    Complain($"{source}, {variant.Name}: {complaint}");
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Complain($"{source}, {variant.Name}: {exception.Message}\n{exception}\n{code}");
            }
        });
        var idle = Variants.All.Select(variant => variant.Name).Where(name => !applied.ContainsKey(name)).Concat(Probe.Fixes.Select(fix => fix.GetType().Name).Except(explorer.Fixes));
        return new(looked, explorer.Runs, [.. complaints.Order(StringComparer.Ordinal)], [.. idle]);
    }

    /// <summary>What is found in a source as it is, or null where there is nothing or where it does not compile.</summary>
    private static async Task<string?> IdsAsync(FixExplorer explorer, CorpusSource source, CancellationToken token)
    {
        var original = await Snapshot.OfAsync(await explorer.DocumentAsync(Platform.Newest, source, source.Code), source.Surface, token);
        return original.HasErrors || original.Ids.Length == 0 ? null : original.Ids;
    }

    private static string Without(string ids, string[] hidden) => string.Join(' ', ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(hidden).Order(StringComparer.Ordinal).Select(id => id + "×" + ids.Split(' ').Count(other => other == id)));

    private static uint Hash(string text) => text.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u));
}
