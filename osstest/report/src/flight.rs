// SPDX-License-Identifier: GPL-2.0-only

//! A flight: jobs of steps of tests, as it was found.

/// How a job or a step stands. A step is never blocked or unsupported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A test failed.
    Fail,
    /// Something was wrong before or beside the tests.
    Broken,
    /// What it needs did not succeed.
    Blocked,
    /// Ended from outside.
    Interrupted,
    /// At work.
    Running,
    /// All passed.
    Pass,
    /// Passed before, and nothing that it tests has changed.
    Cached,
    /// Never run, for a reason.
    Unsupported,
    /// Not asked for, or not yet begun.
    NotRun,
}

impl Status {
    /// All of them, the worst first.
    pub const ALL: [Status; 9] = [
        Status::Fail,
        Status::Broken,
        Status::Blocked,
        Status::Interrupted,
        Status::Running,
        Status::Pass,
        Status::Cached,
        Status::Unsupported,
        Status::NotRun,
    ];

    /// The word that stands for it in the files and in the reports.
    pub fn word(self) -> &'static str {
        match self {
            Status::Fail => "fail",
            Status::Broken => "broken",
            Status::Blocked => "blocked",
            Status::Interrupted => "interrupted",
            Status::Running => "running",
            Status::Pass => "pass",
            Status::Cached => "cached",
            Status::Unsupported => "unsupported",
            Status::NotRun => "not run",
        }
    }

    /// What the word means.
    pub fn meaning(self) -> &'static str {
        match self {
            Status::Fail => "a test failed",
            Status::Broken => "something was wrong before or beside the tests",
            Status::Blocked => "a job that it needs did not succeed",
            Status::Interrupted => "ended from outside",
            Status::Running => "at work",
            Status::Pass => "every test passed",
            Status::Cached => "not repeated: nothing that it tests has changed since it passed",
            Status::Unsupported => "cannot run here: the job says why",
            Status::NotRun => "not asked for, or not begun",
        }
    }

    /// Whether it is over without success.
    pub fn is_failure(self) -> bool {
        self <= Status::Interrupted
    }
}

/// `name=value`, as a flight's and a job's variables are.
pub type Var = (String, String);

/// A whole flight.
#[derive(Debug)]
pub struct Flight {
    /// Its name, `smoke`.
    pub name: String,
    /// When it began, seconds since 1970.
    pub started: Option<i64>,
    /// When it ended; nothing while it runs.
    pub ended: Option<i64>,
    /// What else it says of itself, its tools excepted.
    pub facts: Vec<Var>,
    /// The tools it used and their versions.
    pub tools: Vec<Var>,
    /// Its jobs, in make-flight's order.
    pub jobs: Vec<Job>,
}

impl Flight {
    /// How many of its jobs stand so.
    pub fn having(&self, status: Status) -> usize {
        self.jobs.iter().filter(|job| job.status == status).count()
    }
}

/// A job.
#[derive(Debug)]
pub struct Job {
    /// Its name, which is that of its folder too.
    pub name: String,
    /// How it stands.
    pub status: Status,
    /// When it began, seconds since 1970.
    pub started: Option<i64>,
    /// How long it took.
    pub seconds: Option<u64>,
    /// Its variables.
    pub runvars: Vec<Var>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// What was tested: SHA-256 and name.
    pub hashes: Vec<(String, String)>,
    /// Why it did not pass.
    pub why: String,
    /// Its plots: name of the file, and the SVG in it.
    pub plots: Vec<(String, String)>,
    /// Its other files, relative to its folder.
    pub files: Vec<String>,
}

impl Job {
    /// Why it is not supported, if it is not.
    pub fn unsupported(&self) -> Option<&str> {
        self.runvars
            .iter()
            .find(|(name, _)| name == "unsupported")
            .map(|(_, reason)| reason.as_str())
            .or((self.status == Status::Unsupported).then_some(self.why.as_str()))
    }
}

/// A step of a job.
#[derive(Debug)]
pub struct Step {
    /// The script, and the runvars that its arguments override.
    pub name: String,
    /// How it stands.
    pub status: Status,
    /// How long it took.
    pub seconds: Option<u64>,
    /// Its log, relative to the job's folder, if there is one.
    pub log: Option<String>,
    /// Its tests, in order.
    pub tests: Vec<Test>,
}

/// A test of a step.
#[derive(Debug)]
pub struct Test {
    /// How it ended.
    pub result: TestResult,
    /// Its name.
    pub name: String,
    /// What it said, or why it was skipped.
    pub details: String,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestResult {
    /// `ok`
    Ok,
    /// `FAIL`
    Fail,
    /// `skip`
    Skip,
}

impl TestResult {
    /// The word that stands for it in the files and on the page.
    pub fn word(self) -> &'static str {
        match self {
            TestResult::Ok => "ok",
            TestResult::Fail => "FAIL",
            TestResult::Skip => "skip",
        }
    }

    /// The one that a word stands for.
    pub fn of_word(word: &str) -> Option<TestResult> {
        let all = [TestResult::Ok, TestResult::Fail, TestResult::Skip];
        all.into_iter().find(|result| result.word() == word)
    }
}
