// SPDX-License-Identifier: GPL-2.0-only

//! The image of the guest that runs the battery.

#![no_std]
#![no_main]

guest::role!(guest::battery::Domu);
