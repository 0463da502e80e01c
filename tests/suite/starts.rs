//! Many processes that start in the same instant, as a host with an alias for each region starts
//! them: each has a socket of its own, whatever the clock says.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;

use crate::support::plugin_process::{COOKIE, PluginProcess, command};

/// Has every thread of a process see whole seconds only, as a clock that is too coarse shows them.
const COARSE_CLOCK: &str = r"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_MONOTONIC) now->tv_nsec = 0;
  return result;
}
";

/// Starts `count` processes from one barrier, and gives them back with what they announce.
fn start_at_once(count: usize, dir: &Path, env: &[(&str, &str)]) -> Vec<PluginProcess> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let start = || {
            let mut command = command();
            command.envs([COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6,5")]);
            command.env("TMPDIR", dir).envs(env.iter().copied());
            barrier.wait();
            PluginProcess::spawn(&mut command)
        };
        let starts: Vec<_> = (0..count).map(|_| scope.spawn(start)).collect();
        let started = starts.into_iter().map(|s| s.join().expect("a line"));
        started.collect()
    })
}

/// Each process announces a socket of its own, which exists, and ends without taking another's.
fn assert_apart(processes: &[PluginProcess], dir: &Path) {
    let sockets: BTreeSet<&str> = processes.iter().map(|p| p.fields()[3]).collect();
    assert_eq!(sockets.len(), processes.len(), "some share a socket");
    let present = dir.read_dir().expect("the directory is read").count();
    assert_eq!(present, processes.len());
}

#[test]
fn thirty_two_that_start_from_one_barrier_have_a_socket_each() {
    for _ in 0..4 {
        let dir = tempfile::tempdir().expect("a directory");
        let processes = start_at_once(32, dir.path(), &[]);
        assert_apart(&processes, dir.path());
    }
}

#[test]
fn those_that_see_the_same_time_have_a_socket_each() {
    let made = tempfile::tempdir().expect("a directory");
    let (source, library) = (made.path().join("clock.c"), made.path().join("clock.so"));
    std::fs::write(&source, COARSE_CLOCK).expect("the source is written");
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status();
    assert!(compiled.expect("a C compiler").success());
    let preload = [("LD_PRELOAD", library.to_str().expect("text"))];
    for _ in 0..3 {
        let dir = tempfile::tempdir().expect("a directory");
        let processes = start_at_once(6, dir.path(), &preload);
        assert_apart(&processes, dir.path());
    }
}
