// SPDX-License-Identifier: GPL-2.0-only

//! Delta debugging: fewer operations that still differ (Zeller, Hildebrandt,
//! "Simplifying and Isolating Failure-Inducing Input").

/// Leaves out of `places` what it can such that `differs` still holds, as it
/// must for all of them: no single one of the rest can be left out.
pub fn shrink<E>(
    mut places: Vec<u32>,
    mut differs: impl FnMut(&[u32]) -> Result<bool, E>,
) -> Result<Vec<u32>, E> {
    let mut parts = 2;
    while places.len() > 1 {
        let size = places.len().div_ceil(parts);
        let mut smaller = None;
        for start in (0..places.len()).step_by(size) {
            let end = places.len().min(start + size);
            let rest: Vec<u32> = places[..start]
                .iter()
                .chain(&places[end..])
                .copied()
                .collect();
            if differs(&rest)? {
                smaller = Some(rest);
                break;
            }
        }
        match smaller {
            Some(rest) => {
                places = rest;
                parts = (parts - 1).max(2);
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(places.len()),
        }
    }
    Ok(places)
}

/// The mask of these places.
pub fn mask(places: &[u32]) -> u128 {
    places.iter().fold(0, |mask, place| mask | (1 << place))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shrinks 0..100 for a difference that needs these; how often it looked.
    fn shrink_to(needed: &[u32]) -> (Vec<u32>, usize) {
        let mut looks = 0;
        let differs = |places: &[u32]| {
            looks += 1;
            Ok::<_, ()>(needed.iter().all(|place| places.contains(place)))
        };
        let shrunk = shrink((0..100).collect(), differs).expect("it never fails");
        (shrunk, looks)
    }

    #[test]
    fn what_is_needed_is_left() {
        for needed in [&[0][..], &[99], &[3, 50], &[7, 8, 9], &[0, 33, 66, 99]] {
            let (shrunk, looks) = shrink_to(needed);
            assert_eq!(shrunk, needed);
            assert!(looks < 100, "{looks} looks for {needed:?}");
        }
    }

    #[test]
    fn a_failure_to_look_is_one() {
        assert_eq!(shrink(vec![1, 2], |_| Err("boom")), Err("boom"));
    }

    #[test]
    fn a_mask_has_a_bit_for_each() {
        assert_eq!(mask(&[0, 2, 127]), (1 << 127) | 0b101);
    }
}
