namespace WorkersSockets.Analyzers.Flow;

/// <summary>A set of tracked objects, by index. Holds indices 0 to <see cref="Capacity"/> - 1.</summary>
internal readonly struct ObjectSet : IEquatable<ObjectSet>
{
    /// <summary>How many objects one body can have; what comes after is not tracked.</summary>
    public const int Capacity = 256;

    private readonly ulong word0;
    private readonly ulong word1;
    private readonly ulong word2;
    private readonly ulong word3;

    private ObjectSet(ulong word0, ulong word1, ulong word2, ulong word3)
    {
        this.word0 = word0;
        this.word1 = word1;
        this.word2 = word2;
        this.word3 = word3;
    }

    public bool IsEmpty => (word0 | word1 | word2 | word3) == 0;

    public static ObjectSet Of(int index) => new(
        index < 64 ? 1UL << index : 0,
        index is >= 64 and < 128 ? 1UL << (index - 64) : 0,
        index is >= 128 and < 192 ? 1UL << (index - 128) : 0,
        index is >= 192 ? 1UL << (index - 192) : 0);

    public static ObjectSet operator |(ObjectSet left, ObjectSet right) =>
        new(left.word0 | right.word0, left.word1 | right.word1, left.word2 | right.word2, left.word3 | right.word3);

    public ObjectSet Except(ObjectSet other) => new(word0 & ~other.word0, word1 & ~other.word1, word2 & ~other.word2, word3 & ~other.word3);

    public bool Contains(int index) => (Word(index >> 6) & (1UL << (index & 63))) != 0;

    public bool Overlaps(ObjectSet other) =>
        ((word0 & other.word0) | (word1 & other.word1) | (word2 & other.word2) | (word3 & other.word3)) != 0;

    public bool Equals(ObjectSet other) =>
        word0 == other.word0 && word1 == other.word1 && word2 == other.word2 && word3 == other.word3;

    public override bool Equals(object? obj) => obj is ObjectSet other && Equals(other);

    public override int GetHashCode() => (word0 ^ (word1 * 31) ^ (word2 * 961) ^ (word3 * 29791)).GetHashCode();

    public Enumerator GetEnumerator() => new(this);

    private ulong Word(int number) => number switch { 0 => word0, 1 => word1, 2 => word2, _ => word3 };

    /// <summary>Yields the indices in ascending order.</summary>
    public struct Enumerator(ObjectSet set)
    {
        private int current = -1;

        public readonly int Current => current;

        public bool MoveNext()
        {
            while (++current < Capacity)
            {
                var rest = set.Word(current >> 6) >> (current & 63);
                if (rest == 0)
                {
                    current |= 63;
                    continue;
                }

                while ((rest & 1) == 0)
                {
                    rest >>= 1;
                    current++;
                }

                return true;
            }

            return false;
        }
    }
}
