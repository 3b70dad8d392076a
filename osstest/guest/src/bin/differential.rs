// SPDX-License-Identifier: GPL-2.0-only

//! The image of the guest that performs random operations.

#![no_std]
#![no_main]

guest::role!(guest::differential::Differential);
