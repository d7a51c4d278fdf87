/* An empty program: daemon/meson.build links each layer whole into one, with what lies below it. */
int main(void)
{
	return 0;
}
