//! Arguments and help, one file a command.
