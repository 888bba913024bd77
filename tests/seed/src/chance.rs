//! Chance that is the same each time: the same number in front makes the same database.
//!
//! Nothing here is fit for secrets.

use vault::Timestamp;
use vault::ids::version_7;

/// A row of numbers (splitmix64, after Steele, Lea and Flood, 2014).
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// The row that this number begins.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, below this one; 0 if that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number().checked_rem(end).unwrap_or(0)
    }

    /// A number from 0 on, below this one, small ones far more often: few do most of everything.
    pub fn mostly_small(&mut self, end: u64) -> u64 {
        let one = self.below(end);
        self.below(one + 1)
    }

    /// Yes, so many times in a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, all: &[T], fallback: T) -> T {
        let at = self.below(all.len() as u64);
        usize::try_from(at).ok().and_then(|at| all.get(at)).copied().unwrap_or(fallback)
    }

    /// So many bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for piece in bytes.chunks_mut(8) {
            for (to, from) in piece.iter_mut().zip(self.number().to_be_bytes()) {
                *to = from;
            }
        }
        bytes
    }

    /// The bytes of an id that was made at this time.
    pub fn id(&mut self, at: Timestamp) -> [u8; 16] {
        version_7(at, self.bytes())
    }
}
