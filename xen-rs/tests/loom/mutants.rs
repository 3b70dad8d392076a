// SPDX-License-Identifier: GPL-2.0-only

//! Components with a mistake in them, which the models have to reject.

mod deferral;
mod exit;
mod foreign;
mod kick;
mod restated;
mod suspend;
mod take;
mod watch;

/// A model that has to reject a mutant, and what it has to say.
macro_rules! killed {
    ($($test:ident: $model:ident::<$mutant:ty>, $why:literal;)*) => {$(
        #[test]
        #[should_panic(expected = $why)]
        fn $test() {
            crate::models::$model::<$mutant>();
        }
    )*};
}
use killed;
