// SPDX-License-Identifier: GPL-2.0-only

//! The null hypercall over the vCPUs of the guest, as SVG. plotters draws it in
//! the colours of a light page; a style sheet in front has those of a dark one.

mod finding;
mod labels;

use std::collections::BTreeSet;

use plotters::coord::Shift;
use plotters::coord::types::{RangedCoordf64, RangedCoordi64};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::figures::{Build, Figures};
use crate::value::Value;

const WHAT: &str = "null-hypercall";

const WIDTH: u32 = 880;
const HEIGHT: u32 = 500;

/// Sizes of letters; plotters writes each as four fifths of it.
const TITLE: u32 = 21;
const SUBTITLE: u32 = 17;
const LABEL: u32 = 16;

const CARD: RGBColor = RGBColor(0xff, 0xff, 0xff);
const INK: RGBColor = RGBColor(0x1d, 0x1f, 0x21);
const FAINT: RGBColor = RGBColor(0x5f, 0x66, 0x70);
const GRID: RGBColor = RGBColor(0xe6, 0xe3, 0xde);
const GREY: RGBColor = RGBColor(0x6b, 0x71, 0x78);
const ORANGE: RGBColor = RGBColor(0xb8, 0x5f, 0x14);
const BLUE: RGBColor = RGBColor(0x0b, 0x5c, 0xad);

/// Each colour as it is on a dark page.
const DARK: [(RGBColor, &str); 7] = [
    (CARD, "#1e2125"),
    (INK, "#e8e6e3"),
    (FAINT, "#a3a9b1"),
    (GRID, "#33373d"),
    (GREY, "#9aa1a9"),
    (ORANGE, "#f0a35e"),
    (BLUE, "#6fb1f7"),
];

/// The lines of the plot: what each is called, whose figures it shows, and with how
/// many servers. The component's are drawn last.
const SERIES: [(&str, Build, u32); 5] = [
    ("IOREQ_SERVER=n", Build::N, 0),
    ("upstream, 1 server", Build::Upstream, 1),
    ("upstream, 8 servers", Build::Upstream, 8),
    ("component, 1 server", Build::Component, 1),
    ("component, 8 servers", Build::Component, 8),
];

/// The colour and the width of a build's lines. The component's are thinner: where one
/// covers another, both are seen.
const fn pen(build: Build) -> (RGBColor, u32) {
    match build {
        Build::N => (GREY, 3),
        Build::Upstream => (ORANGE, 5),
        Build::Component => (BLUE, 2),
    }
}

/// vCPUs and instructions of a line, by vCPUs.
type Points = Vec<(u32, i64)>;

fn points(figures: &Figures, build: Build, servers: u32) -> Points {
    let mut points: Vec<_> = figures
        .iter()
        .filter(|figure| figure.key.what == WHAT && figure.key.servers == Some(servers))
        .filter_map(|figure| Some((figure.key.vcpus?, figure.of(build)?.floor())))
        .collect();
    points.sort_unstable();
    points
}

/// The plot; `title` says what was measured.
pub fn svg(title: &str, figures: &Figures) -> Result<String, String> {
    let all = SERIES.map(|(name, build, servers)| (name, build, points(figures, build, servers)));
    if all.iter().any(|(.., points)| points.is_empty()) {
        return Err(format!("no plot: a build has no {WHAT}"));
    }
    let mut drawn = String::new();
    draw(&mut drawn, title, figures, &all).map_err(|why| format!("no plot: {why}"))?;
    Ok(drawn.replacen('>', &format!(">\n{}", style()), 1))
}

fn style() -> String {
    let mut dark = String::new();
    for (RGBColor(red, green, blue), color) in DARK {
        let light = format!("#{red:02X}{green:02X}{blue:02X}");
        dark.push_str(&format!(
            "  [fill=\"{light}\"] {{ fill: {color} }} [stroke=\"{light}\"] {{ stroke: {color} }}\n"
        ));
    }
    format!(
        "<style>\ntext {{ font-family: system-ui, \"Segoe UI\", Roboto, \"DejaVu Sans\", sans-serif }}\n\
         @media (prefers-color-scheme: dark) {{\n{dark}}}\n</style>\n"
    )
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordi64>>;
type Error = Box<dyn std::error::Error>;

fn draw(
    into: &mut String,
    title: &str,
    figures: &Figures,
    all: &[(&str, Build, Points)],
) -> Result<(), Error> {
    let root = SVGBackend::with_string(into, (WIDTH, HEIGHT)).into_drawing_area();
    root.fill(&CARD)?;
    let finding = finding::finding(figures).ok_or("nothing to find in it")?;
    text(&root, &finding, (24, 20), (TITLE, INK, HPos::Left))?;
    let below = format!("{title}: instructions per null hypercall, by vCPUs of the guest");
    text(&root, &below, (24, 50), (SUBTITLE, FAINT, HPos::Left))?;

    let points = || all.iter().flat_map(|(.., points)| points.iter().copied());
    let vcpus: BTreeSet<u32> = points().map(|(vcpus, _)| vcpus).collect();
    let most = vcpus.last().copied().unwrap_or(1).max(2);
    let highest = points().map(|(_, count)| count).max().unwrap_or(1);
    let step = labels::step(highest);
    let top = (highest / step + 1) * step;
    let mut chart = ChartBuilder::on(&root)
        .margin_top(92)
        .margin_bottom(48)
        .margin_left(80)
        .margin_right(210)
        .build_cartesian_2d(0.0..f64::from(most).log2(), 0..top)?;

    let label = |words: &str, place, side| text(&root, words, place, (LABEL, FAINT, side));
    for count in (0..=top).step_by(usize::try_from(step)?) {
        let ((left, y), (right, _)) = (at(&chart, 1, count), at(&chart, most, count));
        root.draw(&PathElement::new([(left - 10, y), (right, y)], GRID))?;
        let count = Value::whole(count).to_string();
        label(&count, (left - 18, y - 8), HPos::Right)?;
    }
    for &number in &vcpus {
        let (x, y) = at(&chart, number, 0);
        root.draw(&PathElement::new([(x, y), (x, y + 6)], FAINT))?;
        label(&number.to_string(), (x, y + 12), HPos::Center)?;
    }
    let (end, bottom) = at(&chart, most, 0);
    label("vCPUs", (end + 18, bottom + 12), HPos::Left)?;

    let mut ends = Vec::new();
    for (name, build, points) in all {
        let (color, width) = pen(*build);
        let line = points
            .iter()
            .map(|&(vcpus, count)| (f64::from(vcpus).log2(), count));
        chart.draw_series(LineSeries::new(line.clone(), color.stroke_width(width)))?;
        chart.draw_series(line.map(|point| Circle::new(point, width + 1, color.filled())))?;
        if let Some(&(vcpus, count)) = points.last() {
            let label = format!("{name}: {}", Value::whole(count));
            ends.push((at(&chart, vcpus, count).1, (label, color)));
        }
    }
    for (y, (label, color)) in labels::apart(ends, 20) {
        text(&root, &label, (end + 14, y - 8), (LABEL, color, HPos::Left))?;
    }
    drop(chart);
    root.present()?;
    Ok(())
}

fn at(chart: &Chart<'_, '_>, vcpus: u32, count: i64) -> (i32, i32) {
    chart.backend_coord(&(f64::from(vcpus).log2(), count))
}

/// Writes a text whose upper edge is at the place.
fn text(
    area: &Area<'_>,
    text: &str,
    place: (i32, i32),
    (size, color, side): (u32, RGBColor, HPos),
) -> Result<(), Error> {
    let weight = match size {
        TITLE => FontStyle::Bold,
        _ => FontStyle::Normal,
    };
    let style = ("sans-serif", size, weight)
        .into_font()
        .color(&color)
        .pos(Pos::new(side, VPos::Top));
    area.draw(&Text::new(text.to_owned(), place, style))?;
    Ok(())
}

#[cfg(test)]
mod tests;
