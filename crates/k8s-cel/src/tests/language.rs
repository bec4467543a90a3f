use insta::assert_snapshot;

use super::table;

#[test]
fn literals() {
    assert_snapshot!(table(
        r#"
        [1, -1, 0x1F, -0x1F]
        [1u, 0xFu]
        [1.5, .5, 1e3, -2.0]
        -9223372036854775808
        9223372036854775808
        "\u00e9\x41\101\t\"" + '\''
        '\z'
        r'\d' + R"\"
        """a"b""" + '''c'd'''
        b'\377\x00a'
        b'ä'
        'not closed
        {'a': 1, 'b': [true, null]}
        [1, 2,]
        {'a': 1,}
        // only a comment
        1 // one
        "#
    ), @r#"
    [1, -1, 0x1F, -0x1F]  →  [1, -1, 31, -31]
    [1u, 0xFu]  →  [1u, 15u]
    [1.5, .5, 1e3, -2.0]  →  [1.5, 0.5, 1000.0, -2.0]
    -9223372036854775808  →  -9223372036854775808
    9223372036854775808  →  at 0: the number is too large
    "\u00e9\x41\101\t\"" + '\''  →  "éAA\t\"'"
    '\z'  →  at 0: `\z` is not an escape
    r'\d' + R"\"  →  "\\d\\"
    """a"b""" + '''c'd'''  →  "a\"bc'd"
    b'\377\x00a'  →  b[255, 0, 97]
    b'ä'  →  b[195, 164]
    'not closed  →  at 0: a text is not closed
    {'a': 1, 'b': [true, null]}  →  at 21: this is of type null, but what comes before it is of type bool
    [1, 2,]  →  [1, 2]
    {'a': 1,}  →  {"a": 1}
    // only a comment  →  at 17: the expression ends too early
    1 // one  →  1
    "#);
}

#[test]
fn operators() {
    assert_snapshot!(table(
        "
        1 + 2 * 3 - 4 / 2 % 3
        (1 + 2) * 3
        1 - -1
        --5
        !!true
        1 < 2 == true
        true ? false ? 1 : 2 : 3
        1 in [1, 2] && !(3 in [1, 2])
        'k' in self.map
        1 +
        1 1
        (1
        a..b
        self.in
        while
        @
        "
    ), @"
    1 + 2 * 3 - 4 / 2 % 3  →  5
    (1 + 2) * 3  →  9
    1 - -1  →  2
    --5  →  5
    !!true  →  true
    1 < 2 == true  →  true
    true ? false ? 1 : 2 : 3  →  at 13: `?` is not expected here
    1 in [1, 2] && !(3 in [1, 2])  →  true
    'k' in self.map  →  true
    1 +  →  at 3: the expression ends too early
    1 1  →  at 2: a literal is not expected here
    (1  →  at 2: the expression ends too early
    a..b  →  at 2: `.` is not expected here
    self.in  →  at 5: `in` is not expected here
    while  →  at 0: `while` is a reserved word
    @  →  at 0: `@` is not part of an expression
    ");
}

#[test]
fn fields() {
    assert_snapshot!(table(
        "
        self.text
        self.map.k
        self.map['k']
        self.list[1]
        self.list[5]
        self.missing
        self.missing.deeper
        self.text.x
        has(self.text)
        has(self.null)
        has(self.missing)
        has(self)
        self.?text
        self.?missing
        self.?missing.?deeper.orValue(1)
        self.map[?'k'].value()
        self.list[?9].hasValue()
        {?'a': self.?missing, ?'b': self.?text}
        [?self.?missing, ?self.?text]
        "
    ), @r#"
    self.text  →  "word"
    self.map.k  →  "v"
    self.map['k']  →  "v"
    self.list[1]  →  "b"
    self.list[5]  →  error: there is no item 5
    self.missing  →  error: there is no key `missing`
    self.missing.deeper  →  error: there is no key `missing`
    self.text.x  →  error: nothing of that name takes (string)
    has(self.text)  →  true
    has(self.null)  →  at 9: `null` is not expected here
    has(self.missing)  →  false
    has(self)  →  at 0: `has()` asks for a field, such as `has(self.name)`
    self.?text  →  some "word"
    self.?missing  →  none
    self.?missing.?deeper.orValue(1)  →  1
    self.map[?'k'].value()  →  "v"
    self.list[?9].hasValue()  →  false
    {?'a': self.?missing, ?'b': self.?text}  →  {"b": "word"}
    [?self.?missing, ?self.?text]  →  ["word"]
    "#);
}

#[test]
fn one_side_is_enough() {
    assert_snapshot!(table(
        "
        true || 1 / 0 > 1
        1 / 0 > 1 || true
        1 / 0 > 1 || false
        false && 1 / 0 > 1
        1 / 0 > 1 && false
        true && self.text
        self.later == 'x' || true
        self.later == 'x' && false
        self.later == 'x' || false
        1 / 0 > 1 || self.later == 'x'
        self.list.exists(x, x == 'b' || 1 / 0 > 1)
        [0, 2].exists(x, 1 / x == 1)
        [0, 2].all(x, 1 / x == 1)
        [0, 1].all(x, 1 / x == 1)
        "
    ), @"
    true || 1 / 0 > 1  →  true
    1 / 0 > 1 || true  →  true
    1 / 0 > 1 || false  →  error: a number is divided by zero
    false && 1 / 0 > 1  →  false
    1 / 0 > 1 && false  →  false
    true && self.text  →  error: nothing of that name takes (string)
    self.later == 'x' || true  →  true
    self.later == 'x' && false  →  false
    self.later == 'x' || false  →  unknown: it depends on a value that is filled in later
    1 / 0 > 1 || self.later == 'x'  →  unknown: it depends on a value that is filled in later
    self.list.exists(x, x == 'b' || 1 / 0 > 1)  →  true
    [0, 2].exists(x, 1 / x == 1)  →  error: a number is divided by zero
    [0, 2].all(x, 1 / x == 1)  →  false
    [0, 1].all(x, 1 / x == 1)  →  error: a number is divided by zero
    ");
}

#[test]
fn macros() {
    assert_snapshot!(table(
        "
        [1, 2, 3].map(x, x * 2)
        [1, 2, 3].map(x, x > 1, x * 2)
        [1, 2, 3].filter(x, x > 1)
        [1, 2].all(x, x > 0)
        [1, 2].exists(x, x > 1)
        [1, 2].exists_one(x, x > 0)
        self.map.map(k, k + self.map[k])
        [5, 6].all(i, v, i < v)
        [5, 6].transformList(i, v, i + v)
        [5, 6].transformMap(i, v, v > 5, v)
        {'a': 'b'}.transformMapEntry(k, v, {v: k})
        ['a', 'b'].transformMapEntry(i, v, {'same': v})
        [3, 1, 2].sortBy(x, -x)
        optional.of(1).optMap(x, x + 1)
        optional.none().optMap(x, x)
        optional.of(1).optFlatMap(x, optional.none())
        [1].map(1, 2)
        [1].exists(i, i, true)
        [[1, 2], [3]].map(x, x.map(y, [x.size(), y]))
        "
    ), @r#"
    [1, 2, 3].map(x, x * 2)  →  [2, 4, 6]
    [1, 2, 3].map(x, x > 1, x * 2)  →  [4, 6]
    [1, 2, 3].filter(x, x > 1)  →  [2, 3]
    [1, 2].all(x, x > 0)  →  true
    [1, 2].exists(x, x > 1)  →  true
    [1, 2].exists_one(x, x > 0)  →  false
    self.map.map(k, k + self.map[k])  →  ["kv"]
    [5, 6].all(i, v, i < v)  →  true
    [5, 6].transformList(i, v, i + v)  →  [5, 7]
    [5, 6].transformMap(i, v, v > 5, v)  →  {1: 6}
    {'a': 'b'}.transformMapEntry(k, v, {v: k})  →  {"b": "a"}
    ['a', 'b'].transformMapEntry(i, v, {'same': v})  →  error: two entries of a map have the same key
    [3, 1, 2].sortBy(x, -x)  →  [3, 2, 1]
    optional.of(1).optMap(x, x + 1)  →  some 2
    optional.none().optMap(x, x)  →  none
    optional.of(1).optFlatMap(x, optional.none())  →  none
    [1].map(1, 2)  →  at 8: `map()` needs the name of a variable here
    [1].exists(i, i, true)  →  at 14: `i` cannot be the name of a variable here
    [[1, 2], [3]].map(x, x.map(y, [x.size(), y]))  →  [[[2, 1], [2, 2]], [[1, 3]]]
    "#);
}

#[test]
fn what_is_filled_in_later_is_not_known() {
    assert_snapshot!(table(
        "
        has(self.later)
        self.later
        self.later + 'x'
        self.later == self.later
        [self.later] == ['x', 'y']
        [self.later] == ['x']
        [self.later].size()
        ['a', self.later].join(',')
        self.?later.hasValue()
        type(self.later)
        "
    ), @"
    has(self.later)  →  true
    self.later  →  unknown: it depends on a value that is filled in later
    self.later + 'x'  →  unknown: it depends on a value that is filled in later
    self.later == self.later  →  unknown: it depends on a value that is filled in later
    [self.later] == ['x', 'y']  →  false
    [self.later] == ['x']  →  unknown: it depends on a value that is filled in later
    [self.later].size()  →  1
    ['a', self.later].join(',')  →  at 10: this is of type dyn, but what comes before it is of type string
    self.?later.hasValue()  →  unknown: it depends on a value that is filled in later
    type(self.later)  →  unknown: it depends on a value that is filled in later
    ");
}
