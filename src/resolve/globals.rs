//! Names that Nix defines in every file.
//!
//! Those of Nix 2.26, and a few that only a setting or an experimental feature adds: whether a name is there must
//! not hang on how somebody's Nix is configured.

/// Every such name, in order of bytes.
#[rustfmt::skip]
const GLOBALS: [&str; 124] = [
    "__add", "__addDrvOutputDependencies", "__addErrorContext", "__all", "__any", "__appendContext", "__attrNames",
    "__attrValues", "__bitAnd", "__bitOr", "__bitXor", "__catAttrs", "__ceil", "__compareVersions", "__concatLists",
    "__concatMap", "__concatStringsSep", "__convertHash", "__curPos", "__currentSystem", "__currentTime",
    "__deepSeq", "__div", "__elem", "__elemAt", "__exec", "__fetchClosure", "__fetchFinalTree", "__fetchurl",
    "__filter", "__filterSource", "__findFile", "__flakeRefToString", "__floor", "__foldl'", "__fromJSON",
    "__functionArgs", "__genList", "__genericClosure", "__getAttr", "__getContext", "__getEnv", "__getFlake",
    "__groupBy", "__hasAttr", "__hasContext", "__hashFile", "__hashString", "__head", "__importNative",
    "__intersectAttrs", "__isAttrs", "__isBool", "__isFloat", "__isFunction", "__isInt", "__isList", "__isPath",
    "__isString", "__langVersion", "__length", "__lessThan", "__listToAttrs", "__mapAttrs", "__match", "__mul",
    "__nixPath", "__nixVersion", "__outputOf", "__parseDrvName", "__parseFlakeRef", "__partition", "__path",
    "__pathExists", "__readDir", "__readFile", "__readFileType", "__replaceStrings", "__seq", "__sort", "__split",
    "__splitVersion", "__storeDir", "__storePath", "__stringLength", "__sub", "__substring", "__tail", "__toFile",
    "__toJSON", "__toPath", "__toXML", "__trace", "__traceVerbose", "__tryEval", "__typeOf",
    "__unsafeDiscardOutputDependency", "__unsafeDiscardStringContext", "__unsafeGetAttrPos", "__warn",
    "__zipAttrsWith", "abort", "baseNameOf", "break", "builtins", "derivation", "derivationStrict", "dirOf", "false",
    "fetchGit", "fetchMercurial", "fetchTarball", "fetchTree", "fromTOML", "import", "isNull", "map", "null",
    "placeholder", "removeAttrs", "scopedImport", "throw", "toString", "true",
];

/// Whether a name is built in.
pub(crate) fn is_global(name: &str) -> bool {
    GLOBALS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_tells_the_prefix_apart() {
        assert!(GLOBALS.is_sorted());
        for name in ["builtins", "map", "__add", "__nixPath", "import", "true", "__curPos"] {
            assert!(is_global(name), "{name}");
        }
        for name in ["add", "__map", "lib", "fetchurl", "or", ""] {
            assert!(!is_global(name), "{name}");
        }
    }
}
