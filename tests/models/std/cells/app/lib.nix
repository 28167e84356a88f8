{ inputs, cell }: {
  twice = x: x + x;
}
