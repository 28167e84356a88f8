# nixpkgs.lib.lists.
{ lib }:
let
  inherit (builtins)
    all any attrNames attrValues concatLists concatMap elem elemAt filter fromJSON genList groupBy head isList isString length
    listToAttrs map mapAttrs partition sort tail;

  foldl' = builtins.foldl';
  sublist = start: count: list:
    let left = length list - start; in
    genList (n: elemAt list (n + start)) (if left <= 0 then 0 else if count > left then left else count);
  take = sublist 0;
  drop = count: list: sublist count (length list) list;
  reverseList = list: let n = length list; in genList (i: elemAt list (n - i - 1)) n;
  # Lazy in the rest, as the real one is; a list that may have more elements is folded over those that are known.
  foldr = f: start: list: builtins.__changedBy list (builtins.__foldr f start (builtins.__closed list));
  foldl = f: start: list: foldl' f start list;
  imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
  flatten = builtins.__flatten;
  unique = list: foldl' (seen: item: if elem item seen then seen else seen ++ [ item ]) [ ] list;
  zipListsWith = f: a: b:
    genList (n: f (elemAt a n) (elemAt b n)) (if length a < length b then length a else length b);
  firstIndex = test: default: list:
    let
      n = length list;
      from = i: if i == n then default else if test (elemAt list i) then i else from (i + 1);
    in
    from 0;
  compareLists = compare: a: b:
    if a == [ ] then (if b == [ ] then 0 else -1)
    else if b == [ ] then 1
    else let order = compare (head a) (head b); in if order == 0 then compareLists compare (tail a) (tail b) else order;
  sortOn = f: list: map (pair: elemAt pair 1) (sort (a: b: head a < head b) (map (x: [ (f x) x ]) list));
  # Numbers inside of names compare as numbers.
  pieces = text: map (part: if isList part then fromJSON (head part) else part) (builtins.split "(0|[1-9][0-9]*)" text);
  listDfs = stop: before: list:
    let
      go = at: seen: rest:
        let
          loops = filter (x: before x at) seen;
          next = partition (x: before x at) rest;
        in
        if stop && loops != [ ] then { cycle = at; inherit loops rest; visited = seen; }
        else if next.right == [ ] then { minimal = at; inherit rest; visited = seen; }
        else go (head next.right) ([ at ] ++ seen) (tail next.right ++ next.wrong);
    in
    go (head list) [ ] (tail list);
  toposort = before: list:
    let
      first = listDfs true before list;
      others = toposort before (first.visited ++ first.rest);
    in
    if length list < 2 then { result = list; }
    else if first ? cycle then { cycle = reverseList ([ first.cycle ] ++ first.visited); inherit (first) loops; }
    else if others ? cycle then others
    else { result = [ first.minimal ] ++ others.result; };
  hasPrefix = prefix: list: take (length prefix) list == prefix;
in
{
  inherit
    all any compareLists concatLists concatMap drop elem elemAt filter flatten foldl foldl' foldr genList groupBy hasPrefix head
    imap0 isList length listDfs map partition reverseList sort sortOn sublist tail take toposort unique zipListsWith;
  singleton = item: [ item ];
  forEach = list: f: map f list;
  fold = foldr;
  imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
  ifilter0 = test: list: map (n: elemAt list n) (filter (n: test n (elemAt list n)) (genList (n: n) (length list)));
  remove = item: filter (other: other != item);
  findSingle = test: none: several: list:
    let found = filter test list; in
    if found == [ ] then none else if length found == 1 then head found else several;
  findFirst = test: default: list: let i = firstIndex test null list; in if i == null then default else elemAt list i;
  findFirstIndex = firstIndex;
  count = test: list: foldl' (n: item: if test item then n + 1 else n) 0 list;
  optional = condition: item: if condition then [ item ] else [ ];
  optionals = condition: items: if condition then items else [ ];
  toList = x: if isList x then x else [ x ];
  range = first: final: if first > final then [ ] else genList (n: first + n) (final - first + 1);
  replicate = n: item: genList (i: item) n;
  groupBy' = f: start: key: list: mapAttrs (name: foldl' f start) (groupBy key list);
  zipLists = zipListsWith (fst: snd: { inherit fst snd; });
  naturalSort = list:
    let less = a: b: compareLists lib.trivial.compare (head a) (head b) < 0; in
    map (pair: elemAt pair 1) (sort less (map (x: [ (pieces x) x ]) list));
  takeEnd = n: list: drop (if length list > n then length list - n else 0) list;
  dropEnd = n: list: take (if length list > n then length list - n else 0) list;
  removePrefix = prefix: list: if hasPrefix prefix list then drop (length prefix) list else throw "not a prefix of the list";
  commonPrefix = a: b:
    let same = zipListsWith (x: y: x == y) a b; in
    take (firstIndex (equal: !equal) (length same) same) a;
  last = list: if list == [ ] then throw "the last of an empty list" else elemAt list (length list - 1);
  init = list: if list == [ ] then throw "the start of an empty list" else take (length list - 1) list;
  crossLists = f: lists: foldl' (fs: arguments: concatMap (f: map f arguments) fs) [ f ] lists;
  uniqueStrings = list: attrNames (groupBy (x: x) list);
  allUnique = list: length (unique list) == length list;
  intersectLists = keep: filter (item: elem item keep);
  subtractLists = remove: filter (item: !(elem item remove));
  mutuallyExclusive = a: b: !(any (item: elem item a) b);
  concatAttrValues = set: concatLists (attrValues set);
  replaceElemAt = list: at: item: genList (n: if n == at then item else elemAt list n) (length list);
}
