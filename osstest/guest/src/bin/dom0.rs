// SPDX-License-Identifier: GPL-2.0-only

//! The image of the emulator.

#![no_std]
#![no_main]

guest::role!(guest::dom0::Dom0);
