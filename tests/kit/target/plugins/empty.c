/* A plugin without any of the documented functions. */
int nothing_of_interest(void);

int nothing_of_interest(void)
{
    return 1;
}
