// SPDX-License-Identifier: GPL-2.0-only

//! Where numbers and names go.

/// The distance of the marks of an axis up to `highest`: 1, 2 or 5 and noughts,
/// such that there are no more than eight of them.
pub(super) fn step(highest: i64) -> i64 {
    let mut unit = 1;
    loop {
        for times in [1, 2, 5] {
            if highest / (unit * times) < 8 {
                return unit * times;
            }
        }
        unit *= 10;
    }
}

/// The labels from top to bottom, none nearer than `gap` to the next one, each
/// as near to its place as that allows: those that are too near share the room
/// around what is the middle of them.
pub(super) fn apart<T>(mut labels: Vec<(i32, T)>, gap: i32) -> Vec<(i32, T)> {
    labels.sort_by_key(|(y, _)| *y);
    // The number of labels that touch, and the sum of their places.
    let mut groups: Vec<(i32, i32)> = Vec::new();
    let start = |(count, sum): (i32, i32)| sum / count - (count - 1) * gap / 2;
    for (y, _) in &labels {
        let mut group = (1, *y);
        while let Some(&above) = groups.last() {
            if start(above) + above.0 * gap <= start(group) {
                break;
            }
            groups.pop();
            group = (above.0 + group.0, above.1 + group.1);
        }
        groups.push(group);
    }
    let places = |group: (i32, i32)| (0..group.0).map(move |n| start(group) + n * gap);
    for ((y, _), place) in labels.iter_mut().zip(groups.into_iter().flat_map(places)) {
        *y = place;
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(of: &[i32]) -> Vec<i32> {
        let labels = of.iter().map(|&y| (y, ())).collect();
        apart(labels, 18).iter().map(|(y, ())| *y).collect()
    }

    #[test]
    fn what_is_far_apart_stays() {
        assert_eq!(places(&[100, 10, 50]), [10, 50, 100]);
        assert!(places(&[]).is_empty());
    }

    #[test]
    fn what_is_too_near_is_spread_around_its_middle() {
        assert_eq!(places(&[100, 100]), [91, 109]);
        assert_eq!(places(&[100, 100, 100]), [82, 100, 118]);
        assert_eq!(places(&[10, 100, 102]), [10, 92, 110]);
    }

    #[test]
    fn what_is_spread_into_another_takes_it_along() {
        let spread = places(&[100, 100, 112, 400]);
        assert!(
            spread.windows(2).all(|pair| pair[1] - pair[0] >= 18),
            "{spread:?}"
        );
        assert_eq!(spread[3], 400);
    }

    #[test]
    fn an_axis_has_few_marks() {
        assert_eq!(step(7), 1);
        assert_eq!(step(780), 100);
        assert_eq!(step(6682), 1000);
        assert_eq!(step(8000), 2000);
    }
}
