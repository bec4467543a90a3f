use insta::assert_snapshot;

use super::table;

#[test]
fn numbers() {
    assert_snapshot!(table(
        "
        1 / 0
        7 / 2
        -7 % 2
        9223372036854775807 + 1
        5u - 6u
        [int('5'), int(-1.9), int(3u)]
        int('x')
        int(1e30)
        uint(-1)
        double('1e3')
        double('1e400')
        [string(1.0), string(1e6), string(0.00001), string(1e21)]
        dyn(1u) == 1 && dyn(1) == 1.0
        18446744073709551615u > 9223372036854775807
        0.0 / 0.0 < 1.0
        [1.5, 2.5].sum()
        [2, 3, 1].max() - [2, 3, 1].min()
        [].max()
        "
    ), @r#"
    1 / 0  →  error: a number is divided by zero
    7 / 2  →  3
    -7 % 2  →  -1
    9223372036854775807 + 1  →  error: a number is too large
    5u - 6u  →  error: a number is too large
    [int('5'), int(-1.9), int(3u)]  →  [5, -1, 3]
    int('x')  →  error: the text is not a number
    int(1e30)  →  error: a number is too large
    uint(-1)  →  error: a number is too large
    double('1e3')  →  1000.0
    double('1e400')  →  error: a number is too large
    [string(1.0), string(1e6), string(0.00001), string(1e21)]  →  ["1", "1e+06", "1e-05", "1e+21"]
    dyn(1u) == 1 && dyn(1) == 1.0  →  true
    18446744073709551615u > 9223372036854775807  →  true
    0.0 / 0.0 < 1.0  →  error: nothing of that name takes (double, double)
    [1.5, 2.5].sum()  →  4.0
    [2, 3, 1].max() - [2, 3, 1].min()  →  2
    [].max()  →  error: an empty list has no least item
    "#);
}

#[test]
fn texts() {
    assert_snapshot!(table(
        r"
        'äöü'.size()
        'äöü'.charAt(1)
        'abc'.charAt(4)
        ['abcabc'.indexOf('c'), 'abcabc'.indexOf('c', 3), 'abcabc'.indexOf('c', 10)]
        ['abcabc'.lastIndexOf('c', 3), 'abc'.lastIndexOf('')]
        'abc'.substring(1, 2)
        'abc'.substring(2, 1)
        'a,b,c'.split(',', 2)
        'abc'.split('')
        ['a', 'b'].join('-')
        'abab'.replace('b', 'x', 1)
        '  a '.trim() + 'B'.lowerAscii() + 'c'.upperAscii()
        strings.quote('a\n')
        '%d %s %x %b %.2f %%'.format([1, ['a', 1.5], 255, true, 2.0])
        '%s'.format([{'b': 1, 'a': null}])
        'abab'.findAll('a.')
        'abc'.find('z')
        'é'.matches('^\\w$')
        ['abc'.contains('b'), 'abc'.startsWith('b'), 'abc'.endsWith('c')]
        bytes('é')
        string(b'\xff')
        "
    ), @r#"
    'äöü'.size()  →  3
    'äöü'.charAt(1)  →  "ö"
    'abc'.charAt(4)  →  error: a position is outside the text
    ['abcabc'.indexOf('c'), 'abcabc'.indexOf('c', 3), 'abcabc'.indexOf('c', 10)]  →  [2, 5, -1]
    ['abcabc'.lastIndexOf('c', 3), 'abc'.lastIndexOf('')]  →  [2, 3]
    'abc'.substring(1, 2)  →  "b"
    'abc'.substring(2, 1)  →  error: a position is outside the text
    'a,b,c'.split(',', 2)  →  ["a", "b,c"]
    'abc'.split('')  →  ["a", "b", "c"]
    ['a', 'b'].join('-')  →  "a-b"
    'abab'.replace('b', 'x', 1)  →  "axab"
    '  a '.trim() + 'B'.lowerAscii() + 'c'.upperAscii()  →  "abC"
    strings.quote('a\n')  →  "\"a\\n\""
    '%d %s %x %b %.2f %%'.format([1, ['a', 1.5], 255, true, 2.0])  →  "1 [\"a\", 1.500000] ff 1 2.00 %"
    '%s'.format([{'b': 1, 'a': null}])  →  "{\"a\":null, \"b\":1}"
    'abab'.findAll('a.')  →  ["ab", "ab"]
    'abc'.find('z')  →  ""
    'é'.matches('^\\w$')  →  false
    ['abc'.contains('b'), 'abc'.startsWith('b'), 'abc'.endsWith('c')]  →  [true, false, true]
    bytes('é')  →  b[195, 169]
    string(b'\xff')  →  error: bytes are not UTF-8
    "#);
}

#[test]
fn lists() {
    assert_snapshot!(table(
        "
        [1, 2, 2].indexOf(2)
        [1, 2, 2].lastIndexOf(2)
        ['b', 'a'].sort()
        ['b', 'a'].isSorted()
        [[1], [2, 3]].flatten()
        [1, 1, 2].distinct().reverse()
        [1, 2, 3].slice(1, 2)
        [1].slice(0, 5)
        lists.range(3)
        [1, 2].first().value() + [1, 2].last().value()
        [].first()
        sets.contains([1, 2], [1])
        sets.equivalent([1, 2], [2, 1, 1])
        sets.intersects([1], [2])
        optional.unwrap([optional.of(1), optional.none()])
        "
    ), @r#"
    [1, 2, 2].indexOf(2)  →  1
    [1, 2, 2].lastIndexOf(2)  →  2
    ['b', 'a'].sort()  →  ["a", "b"]
    ['b', 'a'].isSorted()  →  false
    [[1], [2, 3]].flatten()  →  [1, 2, 3]
    [1, 1, 2].distinct().reverse()  →  [2, 1]
    [1, 2, 3].slice(1, 2)  →  [2]
    [1].slice(0, 5)  →  error: a range is outside the list
    lists.range(3)  →  [0, 1, 2]
    [1, 2].first().value() + [1, 2].last().value()  →  3
    [].first()  →  none
    sets.contains([1, 2], [1])  →  true
    sets.equivalent([1, 2], [2, 1, 1])  →  true
    sets.intersects([1], [2])  →  false
    optional.unwrap([optional.of(1), optional.none()])  →  [1]
    "#);
}

#[test]
fn times() {
    assert_snapshot!(table(
        "
        timestamp('2020-05-03T01:02:03.5Z')
        timestamp('2020-05-03T01:02:03Z').getMonth()
        timestamp('2020-05-03T01:02:03Z').getHours('-05:00')
        timestamp('2020-05-03T01:02:03Z').getHours('Europe/Paris')
        timestamp('2020-05-03T01:02:03Z') - timestamp('2020-05-03T00:00:00Z')
        timestamp('9999-12-31T23:59:59Z') + duration('1h')
        duration('90s').getMinutes()
        string(duration('1h30m'))
        duration('1h') > duration('59m')
        "
    ), @r#"
    timestamp('2020-05-03T01:02:03.5Z')  →  2020-05-03T01:02:03.5Z
    timestamp('2020-05-03T01:02:03Z').getMonth()  →  4
    timestamp('2020-05-03T01:02:03Z').getHours('-05:00')  →  20
    timestamp('2020-05-03T01:02:03Z').getHours('Europe/Paris')  →  unknown: it cannot be evaluated here
    timestamp('2020-05-03T01:02:03Z') - timestamp('2020-05-03T00:00:00Z')  →  3723s
    timestamp('9999-12-31T23:59:59Z') + duration('1h')  →  error: a number is too large
    duration('90s').getMinutes()  →  1
    string(duration('1h30m'))  →  "5400s"
    duration('1h') > duration('59m')  →  true
    "#);
}

#[test]
fn kubernetes_own() {
    assert_snapshot!(table(
        "
        quantity('1Gi').isGreaterThan(quantity('1G'))
        quantity('1.5').add(quantity('500m')) == quantity('2')
        quantity('1k').asInteger()
        quantity('lots')
        isQuantity('10GB')
        url('https://a.example:80/b%20c?d=e&d=f').getQuery()
        url('https://a.example:80/b').getHostname()
        isURL('not a url')
        ip('10.0.0.1').family()
        ip('::ffff:1.2.3.4')
        cidr('10.0.0.0/8').containsIP('10.1.2.3')
        cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')
        isCIDR('10.0.0.0/33')
        semver('1.2.3').isLessThan(semver('1.10.0'))
        isSemver('v1.2', true)
        format.dns1123Label().validate('A').hasValue()
        format.named('nothing')
        "
    ), @r#"
    quantity('1Gi').isGreaterThan(quantity('1G'))  →  true
    quantity('1.5').add(quantity('500m')) == quantity('2')  →  true
    quantity('1k').asInteger()  →  1000
    quantity('lots')  →  error: the text is not a quantity
    isQuantity('10GB')  →  false
    url('https://a.example:80/b%20c?d=e&d=f').getQuery()  →  {"d": ["e", "f"]}
    url('https://a.example:80/b').getHostname()  →  "a.example"
    isURL('not a url')  →  false
    ip('10.0.0.1').family()  →  4
    ip('::ffff:1.2.3.4')  →  error: the text is not an address
    cidr('10.0.0.0/8').containsIP('10.1.2.3')  →  true
    cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')  →  true
    isCIDR('10.0.0.0/33')  →  false
    semver('1.2.3').isLessThan(semver('1.10.0'))  →  true
    isSemver('v1.2', true)  →  true
    format.dns1123Label().validate('A').hasValue()  →  true
    format.named('nothing')  →  none
    "#);
}
