// SPDX-License-Identifier: GPL-2.0-only

//! The image of the guest that plays one scenario.

#![no_std]
#![no_main]

guest::role!(guest::scenario::Protocol);
