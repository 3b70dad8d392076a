// SPDX-License-Identifier: GPL-2.0-only

//! The image of the domU that does anything to its own memory.

#![no_std]
#![no_main]

guest::role!(guest::fuzz::Fuzz);
