//! Cuts a text into teaser and body. From here on the two are read apart from each other, so that nothing that stands
//! below the line can have a part in what stands above it.

use super::blocks::{Block, Chunk};
use super::fault::Faults;
use super::markdown;

/// An article with fewer paragraphs has one of them as its teaser, any other has two.
const PARAGRAPHS_FOR_TWO: usize = 4;

/// The blocks above and below the paywall line, or below the first paragraphs where there is none.
pub(super) fn cut<'a>(blocks: Vec<Block<'a>>, faults: &Faults) -> (Vec<Block<'a>>, Vec<Block<'a>>) {
    let mut lines = blocks.iter().filter_map(|block| match block {
        Block::Cut(line) => Some(*line),
        _ => None,
    });
    let Some(first) = lines.next() else { return cut_by_paragraphs(&blocks) };
    for line in lines {
        faults.at(line, format!("the paywall line is in line {first} already; drop one of them"));
    }
    let mut above = blocks;
    let at = above.iter().position(|block| matches!(block, Block::Cut(_))).unwrap_or(above.len());
    let mut below = above.split_off(at);
    below.retain(|block| !matches!(block, Block::Cut(_)));
    (above, below)
}

fn cut_by_paragraphs<'a>(blocks: &[Block<'a>]) -> (Vec<Block<'a>>, Vec<Block<'a>>) {
    let ends: Vec<(usize, usize)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| match block {
            Block::Text(chunk) => Some((index, *chunk)),
            _ => None,
        })
        .flat_map(|(index, chunk)| {
            markdown::paragraph_ends(chunk.text).into_iter().map(move |end| (index, end))
        })
        .collect();
    let wanted = if ends.len() < PARAGRAPHS_FOR_TWO { 1 } else { 2 };
    // A text without paragraphs has no teaser: what may be shown of it was not said.
    let Some((index, end)) = ends.get(wanted - 1).copied() else {
        return (Vec::new(), blocks.to_vec());
    };
    let mut above = blocks[..index].to_vec();
    let mut below = Vec::new();
    if let Block::Text(chunk) = blocks[index] {
        let (first, second) = chunk.split(end);
        above.push(Block::Text(first));
        below.extend(
            Some(second).filter(|rest: &Chunk<'_>| !rest.text.trim().is_empty()).map(Block::Text),
        );
    }
    below.extend_from_slice(&blocks[index + 1..]);
    (above, below)
}
