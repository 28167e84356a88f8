//! A sign of life on a terminal, for what takes longer than half a second.

use std::io::IsTerminal as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

/// Shows a spinner on standard error until it is dropped; then nothing of it is left.
pub(super) struct Progress {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait; nothing is shown where standard error is not a terminal.
    pub(super) fn start(message: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { end: None, thread: None };
        }
        let (end, ended) = channel();
        let thread = std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let spinner = indicatif::ProgressBar::new_spinner().with_message(message);
                spinner.enable_steady_tick(TICK);
                // Ends when the sender is dropped.
                let _ = ended.recv();
                spinner.finish_and_clear();
            }
        });
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // A spinner that failed is no loss.
            let _ = thread.join();
        }
    }
}
