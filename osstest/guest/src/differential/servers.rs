// SPDX-License-Identifier: GPL-2.0-only

//! Which servers there are in the course of an episode, and which of them were
//! disabled while an invalidation was sent.

use super::comparable::Counts;
use crate::protocol::SERVERS;

/// The servers of an episode. One bit each.
#[derive(Clone, Copy, Debug)]
pub struct Servers {
    registered: u8,
    enabled: u8,
    /// Those which were disabled when an invalidation was sent to another one.
    missed: u8,
}

/// What a change of the servers came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enabled {
    /// Those which were there, disabled, and are enabled now: any of them may
    /// have missed an invalidation.
    pub any: u8,
    /// Those of them which have missed one for certain.
    pub missed: u8,
}

impl Servers {
    /// The first so many, of which these are enabled.
    pub const fn new(registered: u8, enabled: u8) -> Self {
        Self {
            registered: first(registered),
            enabled,
            missed: 0,
        }
    }

    /// The first so many are registered now, and these enabled.
    pub const fn change(&mut self, registered: u8, enabled: u8) -> Enabled {
        let any = self.registered & !self.enabled & enabled;
        let change = Enabled {
            any,
            missed: any & self.missed,
        };
        let stay = self.registered & first(registered);
        self.registered = first(registered);
        self.enabled = enabled;
        self.missed &= stay & !enabled;
        change
    }

    /// So many invalidations were sent, by server.
    pub fn sent(&mut self, counts: Counts) {
        if counts.iter().any(|&count| count != 0) {
            self.missed |= self.registered & !self.enabled;
        }
    }
}

const fn first(registered: u8) -> u8 {
    assert!(registered as usize <= SERVERS);
    (1 << registered) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enabled(any: u8, missed: u8) -> Enabled {
        Enabled { any, missed }
    }

    #[test]
    fn one_that_is_disabled_while_another_is_sent_to_has_missed_that() {
        let mut servers = Servers::new(2, 0b01);
        servers.sent([1, 0]);
        assert_eq!(servers.change(2, 0b11), enabled(0b10, 0b10));
        assert_eq!(servers.change(2, 0b11), enabled(0, 0));
    }

    #[test]
    fn what_was_missed_is_remembered_until_it_is_enabled() {
        let mut servers = Servers::new(2, 0b01);
        servers.sent([1, 0]);
        assert_eq!(servers.change(2, 0b01), enabled(0, 0));
        assert_eq!(servers.change(2, 0b11), enabled(0b10, 0b10));
        servers.change(2, 0b01);
        assert_eq!(servers.change(2, 0b11), enabled(0b10, 0));
    }

    #[test]
    fn without_an_invalidation_nothing_is_known_to_be_missed() {
        let mut servers = Servers::new(2, 0b01);
        servers.sent([0, 0]);
        assert_eq!(servers.change(2, 0b10), enabled(0b10, 0));
    }

    #[test]
    fn one_that_is_new_has_missed_nothing() {
        let mut servers = Servers::new(1, 0b01);
        servers.sent([1, 0]);
        assert_eq!(servers.change(2, 0b11), enabled(0, 0));
        let mut servers = Servers::new(2, 0b01);
        servers.sent([1, 0]);
        servers.change(1, 0b01);
        assert_eq!(servers.change(2, 0b01), enabled(0, 0));
        assert_eq!(servers.change(2, 0b11), enabled(0b10, 0));
    }
}
