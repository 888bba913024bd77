//! The commands that a document gives: its blocks of shell, each with the comment in front of it that says how it is tested.
//! Nothing here runs them.

/// A block of a document's commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What the comment before it says: `tested: NAME`, or `by hand: WHY`; nothing without one.
    pub comment: Option<String>,
    /// The commands, as they stand there.
    pub commands: String,
}

impl Block {
    /// The name by which a test runs it.
    pub fn tested(&self) -> Option<&str> {
        self.comment.as_deref()?.strip_prefix("tested: ")
    }

    /// Why no test runs it.
    pub fn by_hand(&self) -> Option<&str> {
        self.comment.as_deref()?.strip_prefix("by hand: ")
    }
}

/// All blocks of shell in a document, in order. Indented ones lose the indent of their first fence.
pub fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut before = "";
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "```sh" {
            let indent = line.len() - line.trim_start().len();
            let inside = lines.by_ref().take_while(|line| line.trim() != "```");
            let commands = inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect();
            let comment = before.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).map(str::to_owned);
            blocks.push(Block { comment, commands });
        }
        before = line.trim();
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_comes_with_the_comment_before_it() {
        let document = "Do:\n\n<!-- tested: do -->\n```sh\na\n  b\n```\n```toml\nx = 1\n```\n  <!-- by hand: it asks -->\n  ```sh\n  c\n  ```\n```sh\nd\n```\n";
        let found = blocks(document);
        assert_eq!(found.iter().map(|block| block.commands.as_str()).collect::<Vec<_>>(), ["a\n  b\n", "c\n", "d\n"]);
        assert_eq!((found[0].tested(), found[1].by_hand(), &found[2].comment), (Some("do"), Some("it asks"), &None));
    }
}
