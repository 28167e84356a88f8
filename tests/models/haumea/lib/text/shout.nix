{ root }: root.words
