namespace WorkersSockets.Analyzers.Tests.Documentation;

/// <summary>The shortest way from some lines to others.</summary>
internal static class LineDiff
{
    /// <summary>Each line with '-' (only in <paramref name="old"/>), '+' (only in <paramref name="changed"/>) or ' ', and its number in the text that it is taken from.</summary>
    public static IEnumerable<(char Sign, int Line)> Between(string[] old, string[] changed)
    {
        // common[i, j]: how many lines the two have in common from lines i and j on.
        var common = new int[old.Length + 1, changed.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = changed.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == changed[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var (left, right) = (0, 0);
        while (left < old.Length || right < changed.Length)
        {
            if (left < old.Length && right < changed.Length && old[left] == changed[right])
            {
                yield return (' ', right++);
                left++;
            }
            else if (left < old.Length && (right == changed.Length || common[left + 1, right] >= common[left, right + 1]))
            {
                yield return ('-', left++);
            }
            else
            {
                yield return ('+', right++);
            }
        }
    }
}
