// SPDX-License-Identifier: GPL-2.0-only

//! The image of the dom0 whose emulator keeps no promise.

#![no_std]
#![no_main]

guest::role!(guest::fuzz::Hostile);
