namespace WorkersSockets.Analyzers.Configuration;

/// <summary>A hostname in which <c>*</c> stands for any characters.</summary>
internal static class HostPattern
{
    public static bool HasWildcard(string pattern) => pattern.IndexOf('*') >= 0;

    /// <summary>Whether a host (in any case, with or without the final dot) matches.</summary>
    public static bool Matches(string pattern, string host)
    {
        host = host.Trim().TrimEnd('.');
        pattern = pattern.TrimEnd('.');
        if (host.Length == 0 || pattern.Length == 0)
        {
            return false;
        }

        // The usual two-pointer match: a failed character goes back to the last star and lets it take one more.
        var (at, star, resume) = (0, -1, 0);
        var index = 0;
        while (index < host.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, resume) = (at++, index);
            }
            else if (at < pattern.Length && char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(host[index]))
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                index = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.Skip(at).All(rest => rest == '*');
    }

    /// <summary>Whether a text can be a hostname: labels of letters, digits, hyphens and underscores.</summary>
    /// <param name="wildcards">Whether a label may hold <c>*</c>.</param>
    public static bool IsHostname(string text, bool wildcards)
    {
        var labels = (text.EndsWith(".", StringComparison.Ordinal) ? text.Substring(0, text.Length - 1) : text).Split('.');
        return text.Length is > 0 and <= 254 && labels.All(label => label.Length is > 0 and <= 63
            && label[0] != '-' && label[label.Length - 1] != '-'
            && label.All(character => char.IsLetterOrDigit(character) || character is '-' or '_' || (wildcards && character == '*')));
    }
}
