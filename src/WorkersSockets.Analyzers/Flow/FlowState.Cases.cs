using System.Collections.Immutable;

namespace WorkersSockets.Analyzers.Flow;

/// <summary>What a flag, code or message tells of data: for each value that a variable can have, what is proved on the paths on which it has it.</summary>
internal sealed partial class FlowState
{
    /// <summary>Variables whose values are told apart, and values of each: a bound on the cost of a join.</summary>
    private const int MaximumCases = 16;

    /// <summary>By storage; the values that a variable can have at all, each with the data proved where it has it.</summary>
    private ImmutableDictionary<int, ImmutableDictionary<object, ObjectSet>> cases = ImmutableDictionary<int, ImmutableDictionary<object, ObjectSet>>.Empty;

    /// <summary>The values that a variable can have, each with what is proved where it has it; null where they are not known.</summary>
    public ImmutableDictionary<object, ObjectSet>? Cases(int storage) => cases.TryGetValue(storage, out var known) ? known : null;

    /// <summary>Notes which values a variable can have; with none or too many, nothing is known of it.</summary>
    public void SetCases(int storage, ImmutableDictionary<object, ObjectSet>? values) =>
        cases = values is { Count: > 0 and <= MaximumCases } && (cases.Count < MaximumCases || cases.ContainsKey(storage)) ? cases.SetItem(storage, values) : cases.Remove(storage);

    /// <summary>The data that nothing has proved on some path.</summary>
    public ObjectSet UncheckedData()
    {
        var set = default(ObjectSet);
        for (var index = 0; index < objects.Length; index++)
        {
            set |= (objects[index] & ObjectStates.Unchecked) != 0 ? ObjectSet.Of(index) : default;
        }

        return set;
    }

    /// <summary>Data is made anew: what was proved of it before is not proved of this.</summary>
    private void ForgetProofs(int index)
    {
        foreach (var variable in cases)
        {
            foreach (var each in variable.Value)
            {
                if (each.Value.Contains(index))
                {
                    cases = cases.SetItem(variable.Key, cases[variable.Key].SetItem(each.Key, each.Value.Except(ObjectSet.Of(index))));
                }
            }
        }
    }

    private bool JoinCases(FlowState other)
    {
        if (cases.IsEmpty || (ReferenceEquals(cases, other.cases) && ReferenceEquals(objects, other.objects)))
        {
            return false;
        }

        var old = cases;
        var here = UncheckedData();
        var there = other.UncheckedData();
        foreach (var variable in old)
        {
            if (other.Cases(variable.Key) is not { } added)
            {
                cases = cases.Remove(variable.Key);
                continue;
            }

            if (ReferenceEquals(variable.Value, added) && here.Equals(there))
            {
                continue;
            }

            // What has a value on one side only is proved where that side proves it, now or for that value.
            var joined = variable.Value;
            foreach (var value in variable.Value.Keys.Union(added.Keys))
            {
                var open = Open(variable.Value, value, here) | Open(added, value, there);
                var proved = (here | there).Except(open);
                if (!joined.TryGetValue(value, out var known) || !known.Equals(proved))
                {
                    joined = joined.SetItem(value, proved);
                }
            }

            if (!ReferenceEquals(joined, variable.Value))
            {
                SetCases(variable.Key, joined);
            }
        }

        return !ReferenceEquals(old, cases);
    }

    /// <summary>The data that is not proved where the variable has the value.</summary>
    private static ObjectSet Open(ImmutableDictionary<object, ObjectSet> values, object value, ObjectSet unchecked_) =>
        values.TryGetValue(value, out var proved) ? unchecked_.Except(proved) : default;
}
