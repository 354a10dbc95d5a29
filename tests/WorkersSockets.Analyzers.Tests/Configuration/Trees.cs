using WorkersSockets.Analyzers.Configuration;

namespace WorkersSockets.Analyzers.Tests.Configuration;

/// <summary>Shows trees of configuration files in a form that other readers' trees can be brought into, and makes broken files.</summary>
internal static class Trees
{
    public static string Show(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationKind.Table => "{" + string.Join(',', node.Members.Select(member => Clean(member.Name) + ":" + Show(member.Value))) + "}",
        ConfigurationKind.List => "[" + string.Join(',', node.Items.Select(Show)) + "]",
        ConfigurationKind.Text => "\"" + Clean(node.Text) + "\"",
        _ => node.Text,
    };

    /// <summary>Every text that differs from <paramref name="text"/> by one character less, more, or other.</summary>
    public static IEnumerable<string> Mutations(string text, string alphabet)
    {
        for (var position = 0; position < text.Length; position++)
        {
            yield return text.Remove(position, 1);
            yield return text[..position];
            foreach (var character in alphabet)
            {
                yield return text.Insert(position, character.ToString());
                yield return text[..position] + character + text[(position + 1)..];
            }
        }
    }

    private static string Clean(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (index + 1 < text.Length && char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (char.IsSurrogate(text[index]))
            {
                return "\uFFFD";
            }
        }

        return text;
    }
}
