/// `30 s`, `3 min`, `4 d`: whole numbers of the largest unit that fits.
func seconds(_ value: Double) -> String {
    for (size, unit) in [(86_400.0, "d"), (3_600, "h"), (60, "min")] where value >= size && (value / size).rounded() == value / size { return "\(whole(value / size)) \(unit)" }
    return "\(whole(value)) s"
}

func whole(_ value: Double) -> String { Int64(exactly: value.rounded()).map(String.init) ?? "\(value)" }
